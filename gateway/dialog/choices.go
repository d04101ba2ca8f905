package dialog

import (
	"slices"
	"strings"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
)

// The verbs that choice ids begin with. They are stored in citizens' chats for years: never give one another meaning.
const (
	verbMenu         = "menu"     // [page]
	verbLanguage     = "lang"     // [language]
	verbAgree        = "agree"    // notice version, stamp of its text
	verbDecline      = "decline"  // notice version, stamp of its text
	verbCategory     = "cat"      // category, page
	verbService      = "svc"      // service
	verbDrafts       = "drafts"   //
	verbResume       = "resume"   // draft
	verbDraft        = "d"        // draft, action, ...
	verbRequests     = "requests" //
	verbRequest      = "req"      // reference
	verbStop         = "stop"     // reference
	verbPaper        = "paper"    // reference, [beginning of the document's id]
	verbStopYes      = "stop-yes" // reference
	verbStopNo       = "stop-no"  // reference
	verbHelp         = "help"     //
	verbAnswer       = "answer"   // question: shows it again
	verbQuestion     = "q"        // question, choice
	verbQuestionPage = "qp"       // question, page
	verbNotice       = "notice"   //

	verbEligible = "eligible" // service
	verbMedia    = "media"    // service, "picture" or "video"
	verbCheck    = "check"    //

	verbErase       = "erase"
	verbEraseYes    = "erase-yes"
	verbEraseFinish = "erase-finish"
	verbEraseCancel = "erase-cancel"
	verbEraseNo     = "erase-no"
)

// The actions on a draft.
const (
	actionChoose  = "choose"  // field, choice
	actionSkip    = "skip"    // field
	actionPage    = "page"    // field, page
	actionConfirm = "confirm" // fingerprint of the answers shown
	actionChange  = "change"  // [page]
	actionEdit    = "edit"    // field
	actionCancel  = "cancel"  //
	actionSummary = "summary" //
	actionHeld    = "held"    // what was sent is for the form
	actionApply   = "apply"   // for the scheme that the answers were about
)

// QuestionChoiceID is the id of a button or row that answers a question of a running request. The choice is an id of the
// workflow's own; where the answers are yes and no, call them "yes" or "pay" and "no" or "cancel", so that a typed yes or no is
// understood. Together they must stay within [bubble.MaxID] characters.
func QuestionChoiceID(questionID, choice string) string {
	return choiceID(verbQuestion, questionID, choice)
}

func choiceID(verb string, args ...string) string {
	parts := make([]string, 0, len(args)+1)
	parts = append(parts, verb)
	for _, arg := range args {
		parts = append(parts, escape(arg))
	}
	return strings.Join(parts, ":")
}

func parseChoiceID(id string) (verb string, args []string) {
	parts := strings.Split(id, ":")
	for i := range parts {
		parts[i] = unescape(parts[i])
	}
	return parts[0], parts[1:]
}

// escape keeps the separator out of an argument, which may be a workflow's own id.
func escape(arg string) string {
	return strings.ReplaceAll(strings.ReplaceAll(arg, "%", "%25"), ":", "%3A")
}

func unescape(arg string) string {
	return strings.ReplaceAll(strings.ReplaceAll(arg, "%3A", ":"), "%25", "%")
}

// arg returns an argument of a choice id, empty where an old id had fewer.
func arg(args []string, i int) string {
	if i < len(args) {
		return args[i]
	}
	return ""
}

// matchOffer finds the choice that a typed text means: its number as shown, or its title in any of the state's languages.
func (e *Engine) matchOffer(text string, offers []Offer, numbers bool) (id string, ok bool) {
	if n, isNumber := typedNumber(text); isNumber && numbers && n >= 1 && n <= len(offers) {
		return offers[n-1].ID, true
	}
	typed := fold(text)
	if typed == "" {
		return "", false
	}
	if id, ok = onlyOffer(offers, func(o Offer) bool { return fold(o.Title) == typed }); ok {
		return id, true
	}
	return onlyOffer(offers, func(o Offer) bool {
		return slices.ContainsFunc(e.titles(o.ID), func(title string) bool { return fold(title) == typed })
	})
}

// onlyOffer finds the one offer that is meant; of two of the same name neither is.
func onlyOffer(offers []Offer, meant func(Offer) bool) (id string, ok bool) {
	for _, offer := range offers {
		if !meant(offer) {
			continue
		}
		if ok {
			return "", false
		}
		id, ok = offer.ID, true
	}
	return id, ok
}

// titles returns how a choice of ours reads in every language; a question's choices are known in one language alone.
func (e *Engine) titles(id string) []string {
	verb, args := parseChoiceID(id)
	if verb == verbLanguage {
		return []string{e.catalog.LanguageName(catalog.Language(arg(args, 0)))}
	}
	var titles []string
	for _, lang := range e.languages {
		if title := e.title(lang, verb, args); title != "" {
			titles = append(titles, title)
		}
	}
	return titles
}

func (e *Engine) title(lang catalog.Language, verb string, args []string) string {
	switch verb {
	case verbService:
		if service, ok := e.catalog.Service(arg(args, 0)); ok {
			return service.Title.In(lang)
		}
	case verbCategory:
		if category, ok := e.catalog.Category(arg(args, 0)); ok && arg(args, 1) == "0" {
			return category.Title.In(lang)
		}
	case verbDraft:
		if key, ok := draftButton(arg(args, 1)); ok {
			return e.catalog.Text(lang, key, nil)
		}
	default:
		if key, ok := verbButton(verb); ok {
			return e.catalog.Text(lang, key, nil)
		}
	}
	return ""
}

// draftButton and verbButton know the buttons whose title does not depend on what they act on.
func draftButton(action string) (catalog.TextKey, bool) {
	switch action {
	case actionSkip:
		return buttonSkip, true
	case actionConfirm:
		return buttonConfirm, true
	case actionChange:
		return buttonChange, true
	case actionCancel:
		return buttonCancel, true
	case actionSummary:
		return buttonKeep, true
	}
	return "", false
}

func verbButton(verb string) (catalog.TextKey, bool) {
	switch verb {
	case verbMenu:
		return buttonMenu, true
	case verbAgree:
		return buttonAgree, true
	case verbDecline:
		return buttonDecline, true
	case verbDrafts:
		return buttonResume, true
	case verbRequests:
		return buttonRequests, true
	case verbStop:
		return buttonStop, true
	case verbPaper:
		return buttonPaper, true
	case verbStopYes:
		return buttonStopYes, true
	case verbStopNo:
		return buttonStopNo, true
	case verbAnswer:
		return buttonAnswer, true
	case verbEligible:
		return buttonEligible, true
	case verbCheck:
		return buttonCheck, true
	}
	return rightsButton(verb)
}

func rightsButton(verb string) (catalog.TextKey, bool) {
	switch verb {
	case verbNotice:
		return buttonReadMore, true
	case verbErase:
		return buttonErase, true
	case verbEraseYes:
		return buttonEraseNow, true
	case verbEraseFinish:
		return buttonEraseFinish, true
	case verbEraseCancel:
		return buttonEraseCancel, true
	case verbEraseNo:
		return buttonEraseKeep, true
	}
	return "", false
}

func offersOf(choices []bubble.Choice) []Offer {
	offers := make([]Offer, len(choices))
	for i, choice := range choices {
		offers[i] = Offer{ID: choice.ID, Title: choice.Title}
	}
	return offers
}
