package catalog

import (
	"fmt"
	"io/fs"
	"path"

	"github.com/goccy/go-yaml/ast"
)

// tree is the deployment's files as written: decoded, each value with its place, and not yet checked.
type tree struct {
	state      entry[State]
	categories []entry[Category]
	portals    []entry[Portal]
	services   []entry[Service]
	shared     *sharedParts
	idle       []entry[Service] // parts of all states that no service of this one uses, each as a service of its own
	papers     []entry[Paper]
	years      []entry[calendarYear]
	media      map[string]int64 // sizes of the files under media, by name
	texts      textsByLanguage
	glossaries map[Language]*glossary
}

// reference is the language whose texts the others are compared with, and the fallback when one lacks a text. It is read
// even when the state does not offer it.
const reference Language = "en"

func readTree(fsys fs.FS, state string) (*tree, problems) {
	var found problems
	folder := path.Join("states", state)
	read := &tree{
		state:      readState(fsys, folder, state, &found),
		categories: readList[Category](fsys, path.Join(folder, "categories.yaml"), &found),
		portals:    readList[Portal](fsys, path.Join(folder, "portals.yaml"), &found),
		media:      readMedia(fsys, path.Join(folder, mediaFolder)),
		years:      readYears(fsys, folder, &found),
		texts:      make(textsByLanguage),
		glossaries: make(map[Language]*glossary),
	}
	languages := read.state.value.Languages
	read.papers = readPapers(fsys, folder, languages, &found)
	read.services, read.shared = readAllServices(fsys, folder, languages, &found)
	read.idle = read.shared.unused()
	for _, lang := range append([]Language{reference}, languages...) {
		if _, done := read.texts[lang]; !done {
			read.texts[lang] = readTexts(fsys, path.Join("languages", string(lang)), &found)
			read.glossaries[lang] = readGlossary(fsys, lang, &found)
		}
	}
	return read, found
}

func readState(fsys fs.FS, folder, id string, found *problems) entry[State] {
	read := entry[State]{value: &State{}, file: path.Join(folder, "state.yaml")}
	if read.node = parse(fsys, read.file, found); read.node != nil {
		decode(read.file, read.node, read.value, found)
	}
	read.value.ID = id
	return read
}

func readList[T any](fsys fs.FS, file string, found *problems) []entry[T] {
	root := parse(fsys, file, found)
	if root == nil {
		return nil
	}
	list, ok := root.(*ast.SequenceNode)
	if !ok {
		found.addf(file, position(root), "expected a list: each entry begins with a dash")
		return nil
	}
	return decodeItems[T](file, list, found)
}

// readOptional reads a list whose file need not be there.
func readOptional[T any](fsys fs.FS, file string, found *problems) []entry[T] {
	if _, err := fs.Stat(fsys, file); err != nil {
		return nil
	}
	return readList[T](fsys, file, found)
}

func decodeItems[T any](file string, list *ast.SequenceNode, found *problems) []entry[T] {
	entries := make([]entry[T], 0, len(list.Values))
	for _, node := range list.Values {
		item := entry[T]{value: new(T), file: file, node: node}
		decode(file, node, item.value, found)
		entries = append(entries, item)
	}
	return entries
}

// readTexts reads every file of a language. A text may be written as a list, which reads as its items with commas
// between them, or in several forms for different numbers.
func readTexts(fsys fs.FS, folder string, found *problems) map[TextKey]entry[wording] {
	texts := make(map[TextKey]entry[wording])
	for _, file := range yamlFiles(fsys, folder) {
		if path.Base(file) == glossaryFile {
			continue
		}
		root := parse(fsys, file, found)
		if root != nil && pairs(root) == nil {
			found.addf(file, position(root), "expected lines of the form key: text")
		}
		for _, pair := range pairs(root) {
			key := TextKey(pair.Key.GetToken().Value)
			if earlier, taken := texts[key]; taken {
				found.addf(file, pair.Key.GetToken().Position, "the text %q is already written in %s", key, placeOf(earlier))
				continue
			}
			text := wordingOf(file, pair.Value, found)
			texts[key] = entry[wording]{value: &text, file: file, node: pair.Key}
		}
	}
	return texts
}

func placeOf[T any](written entry[T]) string {
	return fmt.Sprintf("%s, line %d", written.file, written.at().Line)
}
