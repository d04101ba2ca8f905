package dialog

import (
	"path"
	"strings"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
)

const (
	buttonOpen     catalog.TextKey = "button.dialog.open"
	buttonPicture  catalog.TextKey = "button.dialog.picture"
	buttonVideo    catalog.TextKey = "button.dialog.video"
	buttonEligible catalog.TextKey = "button.dialog.eligible"
	buttonApply    catalog.TextKey = "button.dialog.apply"
	buttonApplyYet catalog.TextKey = "button.dialog.apply_yet"

	textEligibilityStart  catalog.TextKey = "dialog.eligibility.start"
	textEligibilityYes    catalog.TextKey = "dialog.eligibility.yes"
	textEligibilityNo     catalog.TextKey = "dialog.eligibility.no"
	textEligibilityOffice catalog.TextKey = "dialog.eligibility.office"
	textEligibilityHelp   catalog.TextKey = "dialog.eligibility.help"
	textEligibilityFilled catalog.TextKey = "dialog.eligibility.filled"
)

// informationTexts are the texts of the kind information.
func informationTexts() []catalog.TextSpec {
	return []catalog.TextSpec{
		{Key: buttonOpen}, {Key: buttonPicture}, {Key: buttonVideo}, {Key: buttonEligible}, {Key: buttonApply}, {Key: buttonApplyYet},
		{Key: textEligibilityStart, Placeholders: []string{"service"}},
		{Key: textEligibilityYes, Placeholders: []string{"service"}},
		{Key: textEligibilityNo, Placeholders: []string{"service"}},
		{Key: textEligibilityOffice, Placeholders: []string{"service", "questions"}},
		{Key: textEligibilityHelp, Placeholders: []string{"helpline"}}, {Key: textEligibilityFilled},
	}
}

const (
	mediaPrefix  = "media/"
	mediaPicture = "picture"
	mediaVideo   = "video"
)

// CatalogMedia says whether a document of a bubble is a picture or video of the catalog, and which: its name there.
func CatalogMedia(document string) (name string, ok bool) {
	return strings.CutPrefix(document, mediaPrefix)
}

func catalogMedia(name string) bubble.Document {
	types := map[string]string{".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".mp4": "video/mp4", ".3gp": "video/3gpp"}
	return bubble.Document{ID: mediaPrefix + name, Filename: name, MIMEType: types[strings.ToLower(path.Ext(name))]}
}

// showInformation says what a service of this kind tells, in one bubble. What has no room beside the rest is behind a button. It needs no
// consent: nothing is kept.
func (t *turn) showInformation(service *catalog.Service) {
	t.session.Step = StepMenu
	text := t.informationText(service)
	picture, video := mediaOf(service)
	choices := t.informationChoices(service)
	if !bubble.Fits(t.withNotes(text), bubble.MaxBody) {
		choices = append(t.mediaButtons(service, picture, video), choices...)
		picture, video = "", ""
	}
	t.sendWithMedia(t.informationBubble(service, text, choices), picture, video, choices)
}

// informationBubble has a button for the link where there is nothing else to press but the menu; else the link stands in the text.
func (t *turn) informationBubble(service *catalog.Service, text string, choices []bubble.Choice) bubble.Bubble {
	link := ""
	if service.Information != nil {
		link = service.Information.Link
	}
	text = t.withNotes(text)
	switch {
	case link == "":
		return bubble.Ask(text, t.text(buttonChoose, nil), choices)
	case len(choices) <= 1:
		return bubble.WithLink(text, t.text(buttonOpen, nil), link)
	}
	return bubble.Ask(text+"\n\n"+link, t.text(buttonChoose, nil), choices)
}

func (t *turn) informationText(service *catalog.Service) string {
	told := service.About.In(t.lang())
	if service.Information != nil && service.Information.Text.In(t.lang()) != "" {
		told = service.Information.Text.In(t.lang())
	}
	return "*" + service.Title.In(t.lang()) + "*\n\n" + told
}

func mediaOf(service *catalog.Service) (picture, video string) {
	if service.Information == nil {
		return "", ""
	}
	return service.Information.Picture, service.Information.Video
}

func (t *turn) mediaButtons(service *catalog.Service, picture, video string) []bubble.Choice {
	var choices []bubble.Choice
	if picture != "" {
		choices = append(choices, t.button(buttonPicture, verbMedia, service.ID, mediaPicture))
	}
	if video != "" {
		choices = append(choices, t.button(buttonVideo, verbMedia, service.ID, mediaVideo))
	}
	return choices
}

func (t *turn) informationChoices(service *catalog.Service) []bubble.Choice {
	var choices []bubble.Choice
	if len(t.questions[service.ID]) > 0 {
		choices = append(choices, t.button(buttonEligible, verbEligible, service.ID))
	}
	if lead, ok := t.leadOf(service); ok {
		choices = append(choices, t.button(buttonApply, verbService, lead.ID))
	}
	return append(choices, t.button(buttonMenu, verbMenu))
}

// pressMedia sends the picture or the video of a service by itself.
func (t *turn) pressMedia(args []string) {
	service, ok := t.catalog.Service(arg(args, 0))
	if !ok {
		t.earlier()
		return
	}
	picture, video := mediaOf(service)
	if arg(args, 1) == mediaVideo {
		picture = ""
	} else {
		video = ""
	}
	if picture+video == "" {
		t.earlier()
		return
	}
	t.leave()
	t.session.Step = StepMenu
	choices := t.informationChoices(service)
	text := t.withNotes(service.Title.In(t.lang()))
	t.sendWithMedia(bubble.Ask(text, t.text(buttonChoose, nil), choices), picture, video, choices)
}

func (t *turn) sendWithMedia(b bubble.Bubble, picture, video string, choices []bubble.Choice) {
	switch {
	case picture != "":
		b = bubble.WithPicture(b, catalogMedia(picture))
	case video != "":
		file := catalogMedia(video)
		b = bubble.WithVideo(b, bubble.Video{File: &file})
	}
	t.send(b, choices)
}
