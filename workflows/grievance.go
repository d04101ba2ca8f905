package workflows

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
)

// GrievanceOutcome is how a complaint ended.
type GrievanceOutcome struct {
	Ended Stage `json:"ended"`
	// Number is the department's number of the complaint.
	Number string `json:"number,omitempty"`
	// Reopened is how often the citizen had it taken up again, or filed anew.
	Reopened int `json:"reopened,omitempty"`
	// Appeal is the request as which it went to a higher officer.
	Appeal string `json:"appeal,omitempty"`
}

// Grievance brings a complaint to the office that answers for it and sees it fixed: the place, the category from the town's own list, a
// photo; whoever finds that others have reported it may join them; else it is filed once, and its number told at once. Then it is followed.
// When the department says that it is done the citizen is asked; a "no" has it taken up again. The clock runs beside and takes it to the
// next officer.
func Grievance(ctx workflow.Context, input RequestInput) (GrievanceOutcome, error) {
	request, ctx, err := newRequest(ctx, input)
	if err != nil {
		return GrievanceOutcome{}, err
	}
	g := &grievance{request: request, labels: map[string]string{}}
	g.clock = request.newClock(LegalClock{})
	listenTo(ctx, onSignal(ctx, SignalDefectNews, g.hear))
	g.outcome.Ended, err = g.through(ctx,
		g.settlePlace, g.settleCategory, g.takePhotos, g.offerToJoin, g.confirm, g.file, g.acknowledge, g.openToOthers, g.follow)
	if err == nil {
		err = g.endForOthers(ctx)
	}
	return g.outcome, err
}

// grievance is the state of one complaint.
type grievance struct {
	*request

	labels    map[string]string // what was found in the portal's lists, by the portal's names of the fields
	complaint connectors.Grievance
	category  connectors.Category
	photos    []SentPaper
	media     []string // what the channel calls the photos
	filed     connectors.Filed
	told      connectors.GrievanceStatus // what the department said last
	clock     *legalClock
	offer     AppealOffer
	tries     int  // complaints that were filed, with those that refer to an earlier one
	unknown   int  // looks in a row that told nothing
	shared    bool // others may follow it
	spread    int  // pieces of news that others were told

	defect  string       // the complaint of somebody else that is followed
	heardOf []DefectNews // what is not told yet
	heard   int          // the last piece of news that came

	outcome GrievanceOutcome
}

// The portal's names of a complaint's fields, which forms use as portal_field.
const (
	fieldTenant      = "tenant"
	fieldCategory    = "category"
	fieldDescription = "description"
	fieldLocality    = "locality"
	fieldAddress     = "address"
	fieldLandmark    = "landmark"
	fieldLocation    = "location"
	fieldName        = "name"
	fieldMobile      = "mobile"
)

// settlePlace reads the form: the town and locality are looked for in the portal's own lists, and asked: did you mean.
func (g *grievance) settlePlace(ctx workflow.Context) error {
	fields, err := g.answered(ctx)
	if refused, ok := errors.AsType[portalSaysError](err); ok {
		return g.endRefused(ctx, refused.failure)
	}
	if err != nil {
		return g.orEnd(ctx, err)
	}
	take := func(name string) string { value := fields[name]; delete(fields, name); return value }
	g.complaint = connectors.Grievance{
		Tenant: take(fieldTenant), Category: take(fieldCategory), Description: take(fieldDescription), Locality: take(fieldLocality),
		Address: take(fieldAddress), Landmark: take(fieldLandmark), Location: coordinatesOf(take(fieldLocation)),
		Name: take(fieldName), Mobile: take(fieldMobile), Fields: fields,
	}
	if g.complaint.Description == "" {
		g.complaint.Description = g.complaint.Category
	}
	return nil
}

// answered are the answers by the portal's names, those of its own lists as it writes them. Photos are not among them.
func (g *grievance) answered(ctx workflow.Context) (map[string]string, error) {
	fields := map[string]string{}
	for _, field := range g.input.Terms.Form {
		answer := g.input.Answers[field.ID]
		switch {
		case field.PortalField == "" || answer == "" || field.Type == catalog.FieldDocument:
		case field.PortalChoice:
			option, err := g.choosePortalOption(ctx, field.PortalField, answer, fields)
			if err != nil {
				return nil, err
			}
			fields[field.PortalField], g.labels[field.PortalField] = option.Value, option.Label
		default:
			fields[field.PortalField] = answer
		}
	}
	return fields, nil
}

// coordinatesOf reads a location field: "latitude,longitude".
func coordinatesOf(answered string) *connectors.Coordinates {
	latitude, longitude, found := strings.Cut(answered, ",")
	if !found {
		return nil
	}
	north, err1 := strconv.ParseFloat(latitude, 64)
	east, err2 := strconv.ParseFloat(longitude, 64)
	if err1 != nil || err2 != nil {
		return nil
	}
	return &connectors.Coordinates{Latitude: north, Longitude: east}
}

// orEnd ends the complaint where the citizen stopped it or did not answer. Nothing was filed by then.
func (g *grievance) orEnd(ctx workflow.Context, err error) error {
	switch {
	case errors.Is(err, errStopped):
		return g.endCancelled(ctx)
	case errors.Is(err, errNoAnswer):
		return g.endNoAnswer(ctx)
	}
	return err
}

// takePhotos keeps the photos of the form. One that cannot be used is asked for again, or left out.
func (g *grievance) takePhotos(ctx workflow.Context) error {
	for _, field := range g.input.Terms.Form {
		if field.Type != catalog.FieldDocument || g.input.Answers[field.ID] == "" {
			continue
		}
		if err := g.addPhoto(ctx, field.ID, g.input.Answers[field.ID]); err != nil {
			return g.orEnd(ctx, err)
		}
	}
	return nil
}

// choiceWithout goes on without a photo, or without a word.
const choiceWithout = "without"

// addPhoto keeps one photo, or the one that is sent instead. It fails as ask does.
func (g *grievance) addPhoto(ctx workflow.Context, field, media string) error {
	for media != "" {
		var taken TakenPaper
		input := TakePaperInput{Reference: g.to.Reference, Field: field, Media: media}
		err := workflow.ExecuteActivity(hubActivity(ctx, "Keep the photo"), ActivityTakePaper, input).Get(ctx, &taken)
		if err == nil {
			g.photos = append(g.photos, SentPaper{ID: taken.ID, Kind: "PHOTO"})
			g.media = append(g.media, media)
			return nil
		}
		finding, refused := findingOf(err)
		if !refused {
			return fmt.Errorf("keep the photo: %w", err)
		}
		message := append(Message{finding.Line()}, say("grievance.photo_again", nil)...)
		if media, err = g.askForPhoto(ctx, message); err != nil {
			return err
		}
	}
	return nil
}

// askForPhoto answers what the channel calls the photo; empty: the citizen goes on without one.
func (g *grievance) askForPhoto(ctx workflow.Context, message Message) (media string, err error) {
	answer, err := g.ask(ctx, question{
		name: g.nextStep("photo"), stage: StageAnswering, message: message, field: &catalog.Field{ID: "photo", Type: catalog.FieldDocument},
		choices: []Choice{{ID: choiceWithout, Label: "button.without_photo"}},
	})
	return answer.Value, err
}

// The choices of the summary.
const (
	choiceFile     = "file"
	choiceDontFile = "dont_file"
)

// confirm shows what will be filed where, now that the town's lists have said what it is.
func (g *grievance) confirm(ctx workflow.Context) error {
	answer, err := g.ask(ctx, question{
		name: g.nextStep("confirm"), stage: StageConfirming, message: append(g.back(g.input.Portal), g.summary()...),
		choices: []Choice{{ID: choiceFile, Label: "button.file"}, {ID: choiceDontFile, Label: "button.dont_file"}},
	})
	if err == nil && answer.Choice != choiceFile {
		err = errStopped
	}
	return g.orEnd(ctx, err)
}

func (g *grievance) summary() Message {
	lines := say("grievance.summary", values{"portal": portal(g.input.Portal)})
	add := func(key catalog.TextKey, name, value string) {
		if value != "" {
			lines = append(lines, say(key, values{name: plain(value)})...)
		}
	}
	add("grievance.sum_what", "category", g.category.Name)
	add("grievance.sum_where", "place", g.place())
	if g.complaint.Location != nil {
		lines = append(lines, say("grievance.sum_location", nil)...)
	}
	add("grievance.sum_words", "words", g.complaint.Description)
	if len(g.photos) > 0 {
		add("grievance.sum_photos", "count", strconv.Itoa(len(g.photos)))
	}
	return append(lines, say("grievance.ask_file", nil)...)
}

// place is where it is, in words.
func (g *grievance) place() string {
	var parts []string
	for _, part := range []string{g.complaint.Address, g.complaint.Landmark, g.labels[fieldLocality], g.labels[fieldTenant]} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}
