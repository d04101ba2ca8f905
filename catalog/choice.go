package catalog

import (
	"strings"

	"github.com/jansetu/jansetu/catalog/sound"
)

// parseChoice takes the id or the title, in any language, of one of the choices. In a list that is too long to be shown at once, such as
// the towns of a state, people type what they look for: there a title that sounds the same will do, when no other one does.
func (f *Field) parseChoice(answer string) (string, *FieldProblem) {
	for _, choice := range f.Choices {
		if answer == choice.ID {
			return choice.ID, nil
		}
	}
	for _, choice := range f.Choices {
		for _, title := range choice.Title {
			if strings.EqualFold(answer, clean(title)) {
				return choice.ID, nil
			}
		}
	}
	if len(f.Choices) > shownChoices {
		if id, only := f.choiceBySound(answer); only {
			return id, nil
		}
	}
	return "", because(reasonNotChoice, nil)
}

// shownChoices is how many choices one message can show (Cloud API, interactive list messages, v23.0).
const shownChoices = 10

// shortestSkeleton is how many consonants a name needs to be known by them alone.
const shortestSkeleton = 3

func (f *Field) choiceBySound(answer string) (id string, only bool) {
	heard := heardAs(answer, sound.Form)
	if heard == "" {
		return "", false
	}
	if id, only = f.choiceBy(func(title string) bool { return heardAs(title, sound.Form) == heard }); only {
		return id, true
	}
	bones := heardAs(answer, sound.Skeleton)
	if len(bones) < shortestSkeleton {
		return "", false
	}
	return f.choiceBy(func(title string) bool { return heardAs(title, sound.Skeleton) == bones })
}

// choiceBy finds the one choice of which a title fits. Two choices that fit are none.
func (f *Field) choiceBy(fits func(title string) bool) (id string, only bool) {
	for _, choice := range f.Choices {
		for _, title := range choice.Title {
			if !fits(title) {
				continue
			}
			if id != "" {
				return "", false
			}
			id = choice.ID
			break
		}
	}
	return id, id != ""
}

// heardAs joins the sounds of the words: people write "New Delhi" and "Newdelhi".
func heardAs(text string, heard func(word string) string) string {
	var joined strings.Builder
	for _, word := range strings.FieldsFunc(clean(text), notOfWord) {
		joined.WriteString(heard(word))
	}
	return joined.String()
}
