package mahabhulekh

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/aspnet"
)

// The fields of a query, the names of the page's controls without their prefix.
const (
	fieldDistrict = "ddlMainDist"
	fieldTaluka   = "ddlTalForAll"
	fieldVillage  = "ddlVillForAll"
	fieldSearch   = "ddlSelectSearchType"
	fieldNumber   = "txtcsno"
	fieldParcel   = "ddlsurveyno"
	fieldMobile   = "txtmobile1"
	fieldLanguage = "ddllangforAll"
)

// The services, the values of the page's first choice.
const (
	service712 = "Select712"
	service8A  = "Select8A"
)

// lists are the controls that are chosen in order before a number is searched.
func lists() []string { return []string{fieldDistrict, fieldTaluka, fieldVillage, fieldSearch} }

// Connector speaks with the portal. It is safe for concurrent use.
type Connector struct{ client *portal.Client }

var (
	_ connectors.Records = (*Connector)(nil)
	_ connectors.Chooser = (*Connector)(nil)
)

// New makes the connector of one portal. Options need a Sealer, since the portal
// asks the citizen before every record.
func New(config connectors.PortalConfig, options portal.Options) (*Connector, error) {
	client, err := portal.New(config, options)
	if err != nil {
		return nil, err
	}
	return &Connector{client: client}, nil
}

// Close releases idle connections.
func (c *Connector) Close() error { return c.client.Close() }

// Choices implements connectors.Chooser.
func (c *Connector) Choices(ctx context.Context, service, field string, chosen map[string]string) ([]connectors.Option, error) {
	at := slices.Index(lists(), field)
	if at < 0 {
		return nil, fmt.Errorf("choices: %w", &connectors.InputRejectedError{Field: field, Reason: "has no list"})
	}
	var offered []connectors.Option
	err := c.client.Journey(func(session *portal.Session) error {
		visit, err := walk(ctx, session, service, chosen, lists()[:at])
		if err == nil {
			offered, err = options(visit, field)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("choices: %w", err)
	}
	return offered, nil
}

// Search implements connectors.Records: the parcels of a number, or the khata.
func (c *Connector) Search(ctx context.Context, query connectors.RecordQuery) ([]connectors.RecordMatch, error) {
	var matches []connectors.RecordMatch
	err := c.client.Journey(func(session *portal.Session) error {
		visit, err := walk(ctx, session, query.Service, query.Fields, lists())
		if err != nil {
			return err
		}
		parcels, err := search(ctx, visit, query.Fields[fieldNumber])
		matches = matchesOf(parcels)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("search record: %w", err)
	}
	return matches, nil
}

func matchesOf(parcels []connectors.Option) []connectors.RecordMatch {
	matches := make([]connectors.RecordMatch, 0, len(parcels))
	for _, parcel := range parcels {
		matches = append(matches, connectors.RecordMatch{ID: parcel.Value, Title: parcel.Label})
	}
	return matches
}

// Extract implements connectors.Records. It goes as far as the captcha, which is
// the citizen's, and from there on with the answer. Without RecordQuery.Record
// the number must name one parcel.
func (c *Connector) Extract(ctx context.Context, query connectors.RecordQuery) (connectors.Record, error) {
	if !mobileNumber.MatchString(query.Fields[fieldMobile]) {
		return connectors.Record{}, fmt.Errorf("extract record: %w", &connectors.InputRejectedError{Field: fieldMobile})
	}
	record, err := c.extract(ctx, query)
	if err != nil {
		return connectors.Record{}, fmt.Errorf("extract record: %w", err)
	}
	return record, nil
}

var mobileNumber = regexp.MustCompile(`^[6-9]\d{9}$`)

// extract answers the captcha that waits, or goes to a new one: a visit that the
// portal has forgotten begins anew, and the citizen gets another picture.
func (c *Connector) extract(ctx context.Context, query connectors.RecordQuery) (connectors.Record, error) {
	var waiting paused
	session, resumed, err := c.client.Visit(query.Answer, &waiting)
	if err != nil {
		return connectors.Record{}, err
	}
	if resumed {
		record, err := answered(ctx, session, waiting, query)
		if !isLost(err) {
			return record, err
		}
	}
	return connectors.Record{}, c.client.Journey(func(session *portal.Session) error {
		return c.toCaptcha(ctx, session, query)
	})
}

// toCaptcha goes through the page to the captcha and asks the citizen. It never
// succeeds: its best result is a ChallengeError.
func (c *Connector) toCaptcha(ctx context.Context, session *portal.Session, query connectors.RecordQuery) error {
	visit, err := walk(ctx, session, query.Service, query.Fields, lists())
	if err != nil {
		return err
	}
	parcels, err := search(ctx, visit, query.Fields[fieldNumber])
	if err != nil {
		return err
	}
	chosen, err := chosenFrom(parcels, query)
	if err != nil {
		return err
	}
	if err := choose(ctx, visit, fieldParcel, chosen.Value); err != nil {
		return err
	}
	if err := setLanguage(visit.Form(), query.Fields[fieldLanguage]); err != nil {
		return err
	}
	return ask(ctx, visit, paused{Title: titleOf(query.Service, chosen.Label)})
}

// chosenFrom takes the parcel that was chosen, or the only one there is.
func chosenFrom(parcels []connectors.Option, query connectors.RecordQuery) (connectors.Option, error) {
	wanted := query.Record
	if wanted == "" {
		wanted = query.Fields[fieldNumber]
		if len(parcels) == 1 {
			return parcels[0], nil
		}
	}
	for _, parcel := range parcels {
		if sameNumber(parcel.Value, wanted) {
			return parcel, nil
		}
	}
	if query.Record != "" {
		return connectors.Option{}, &connectors.NotFoundError{What: whatRecord}
	}
	return connectors.Option{}, &connectors.InputRejectedError{Field: fieldNumber, Reason: "names several parcels"}
}

const whatRecord = "land record"

func titleOf(service, parcel string) string {
	if service == service8A {
		return "८अ: " + parcel
	}
	return "७/१२: " + parcel
}

// search sends a number and answers the parcels that it finds.
func search(ctx context.Context, visit *aspnet.Visit, typed string) ([]connectors.Option, error) {
	number := strings.Join(strings.Fields(toASCII(typed)), "")
	if !parcelNumber.MatchString(number) {
		return nil, &connectors.InputRejectedError{Field: fieldNumber}
	}
	// A number has a part behind the stroke; the portal searches by what stands
	// before it.
	before, part, hasPart := strings.Cut(number, "/")
	if err := visit.Form().Set(prefix+fieldNumber, before); err != nil {
		return nil, err
	}
	if err := post(ctx, visit, aspnet.Step{Operation: operationSearch, Button: prefix + buttonFind}); err != nil {
		return nil, err
	}
	if said := sentences(visit.Page()); len(said) > 0 {
		return nil, explain(said, visit.Page())
	}
	parcels, err := options(visit, fieldParcel)
	if err != nil {
		return nil, err
	}
	if hasPart {
		parcels = slices.DeleteFunc(parcels, func(parcel connectors.Option) bool {
			return !sameNumber(parcel.Value, before+"/"+part)
		})
	}
	if len(parcels) == 0 {
		return nil, &connectors.NotFoundError{What: whatRecord}
	}
	return parcels, nil
}

var parcelNumber = regexp.MustCompile(`^\d{1,7}(/[0-9A-Za-z\p{Devanagari}/]{1,12})?$`)
