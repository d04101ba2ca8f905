package shape

import (
	"fmt"
	"unicode"

	"github.com/go-text/typesetting/language"
)

// UnwritableError says that no font has a letter for a character.
type UnwritableError struct{ Character rune }

func (e *UnwritableError) Error() string {
	return fmt.Sprintf("no font can write U+%04X", e.Character)
}

// item is a part of a text in one script and one font.
type item struct {
	span

	script language.Script
	face   *face
}

// itemize divides a text and appends its parts. What belongs to no script (spaces, dandas, joiners, quotation marks) stays with what stands
// before it as long as that font has it; ASCII always comes from the Latin font, so that a number looks the same in every language.
func (f *Fonts) itemize(items []item, text []rune, weight Weight) ([]item, error) {
	before := language.Latin
	for i, char := range text {
		script := f.scriptOf(char, before)
		if i == 0 && char == ' ' {
			script = language.Latin
		}
		face := f.face(script, weight)
		if face == nil || !face.has(char) {
			if script, face = f.anyFace(char, weight); face == nil {
				return items, &UnwritableError{Character: char}
			}
		}
		before = script
		if last := len(items) - 1; last >= 0 && items[last].face == face && items[last].script == script {
			items[last].to = i + 1
			continue
		}
		items = append(items, item{span: span{i, i + 1}, script: script, face: face})
	}
	return items, nil
}

func (f *Fonts) scriptOf(char rune, before language.Script) language.Script {
	if char > ' ' && char < unicode.MaxASCII {
		return language.Latin
	}
	script := language.LookupScript(char)
	if !script.Strong() {
		return before
	}
	return script
}

func (f *Fonts) face(script language.Script, weight Weight) *face {
	if faces := f.scripts[script]; faces != nil {
		return faces[weight]
	}
	return nil
}

// fallbacks are tried in this order for a sign that the font at hand lacks: the same text must come out the same every time.
var fallbacks = []language.Script{language.Latin, language.Devanagari}

func (f *Fonts) anyFace(char rune, weight Weight) (language.Script, *face) {
	if language.LookupScript(char).Strong() {
		return 0, nil
	}
	for _, script := range fallbacks {
		if face := f.face(script, weight); face != nil && face.has(char) {
			return script, face
		}
	}
	return 0, nil
}

func (f *face) has(char rune) bool {
	_, ok := f.font.NominalGlyph(char)
	return ok
}

// writable appends the text's characters, but for what cannot be seen and does not form letters: control characters, marks of direction. A tab
// becomes a space.
func writable(out []rune, text string) []rune {
	for _, char := range text {
		switch {
		case char == '\t' || char == '\u00a0':
			out = append(out, ' ')
		case unicode.IsControl(char), char == '\ufeff', char == '\u00ad', char >= '\u200e' && char <= '\u200f', char >= '\u202a' && char <= '\u202e',
			char >= '\u2060' && char <= '\u206f', char == unicode.ReplacementChar:
		default:
			out = append(out, char)
		}
	}
	return out
}
