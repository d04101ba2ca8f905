package walk

import (
	"io/fs"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/town/paper"
	"github.com/jansetu/jansetu/cmd/jansetu/town/phone"
)

// Leftover says what a message of a walk through a service says in another language; allowed is what the citizen wrote.
func Leftover(services *catalog.Catalog, service *catalog.Service, language catalog.Language, shown phone.Shown, allowed string) string {
	listening := newEar(services, service, language)
	listening.allow(allowed)
	return listening.leftover(shown)
}

// ValidAnswer is what somebody answers to a field: typed text, the id of a choice, "(photo)", "(place)" or "-".
func ValidAnswer(service *catalog.Service, field *catalog.Field, today time.Time) (string, error) {
	p := &person{nth: 7, today: today, phones: map[string]bool{}}
	answer, err := p.answer(service, field)
	return answer.shownAs(), err
}

// WrongAnswer is what nobody may answer to a field, and the reason that must be said.
func WrongAnswer(field *catalog.Field) (string, *catalog.FieldProblem) {
	answer, problem := invalid(field)
	return answer.shownAs(), problem
}

func (g given) shownAs() string {
	switch {
	case g.picture != nil:
		return "(photo)"
	case g.place:
		return "(place)"
	case g.skip:
		return "-"
	case g.choice != nil:
		return g.choice.ID
	}
	return g.text
}

// PaperFor is the photo that is sent for a field.
func PaperFor(field *catalog.Field, service *catalog.Service) []byte {
	return paper.For(field, namesOn(service))
}

// Planned is a walk that would be walked.
type Planned struct {
	Round, Service string
	Language       catalog.Language
}

// Plan lists the walks of a configuration, and the states that cannot be loaded.
func Plan(config Config) (planned []Planned, broken []Result, err error) {
	rounds, broken, err := plan(&config)
	for _, each := range rounds {
		for _, job := range each.jobs {
			planned = append(planned, Planned{each.name, job.Service.ID, job.Language})
		}
	}
	return planned, broken, err
}

// CopyFiles copies the catalog with portals that may be asked much.
func CopyFiles(source fs.FS, folder string) error { return copyFiles(source, folder) }
