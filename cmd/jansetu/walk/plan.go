package walk

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"slices"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/town"
)

// Job is one service to be completed in one language.
type Job struct {
	Service  *catalog.Service
	Language catalog.Language
}

// round is what is walked on one hub.
type round struct {
	name     string
	state    string
	services *catalog.Catalog
	jobs     []Job
}

func countJobs(rounds []round) (count int) {
	for _, each := range rounds {
		count += len(each.jobs)
	}
	return count
}

// plan makes a round of every state and language; of a sample, one of every state. A state whose catalog cannot be loaded is a result: the
// others are walked all the same.
func plan(config *Config) (rounds []round, broken []Result, err error) {
	states, err := config.states()
	if err != nil {
		return nil, nil, err
	}
	for i, state := range states {
		services, err := catalog.Load(config.Files, state)
		if err != nil {
			broken = append(broken, Result{State: state, Service: "-", Failures: []string{err.Error()}})
			continue
		}
		if config.Sample {
			rounds = append(rounds, round{town.PlotName("sample", state), state, services, sample(services, i)})
			continue
		}
		rounds = append(rounds, config.roundsOf(state, services)...)
	}
	return slices.DeleteFunc(rounds, func(each round) bool { return len(each.jobs) == 0 }), broken, nil
}

func (c *Config) states() ([]string, error) {
	if len(c.States) > 0 {
		return c.States, nil
	}
	entries, err := fs.ReadDir(c.Files, "states")
	if err != nil {
		return nil, fmt.Errorf("list the states: %w", err)
	}
	var states []string
	for _, entry := range entries {
		if entry.IsDir() {
			states = append(states, entry.Name())
		}
	}
	return states, nil
}

func (c *Config) roundsOf(state string, services *catalog.Catalog) []round {
	var rounds []round
	for _, language := range services.Languages() {
		if len(c.Languages) > 0 && !slices.Contains(c.Languages, language) {
			continue
		}
		each := round{name: town.PlotName("walk", state, string(language)), state: state, services: services}
		for _, service := range services.Services() {
			if service.Availability == catalog.Live && (len(c.Services) == 0 || slices.Contains(c.Services, service.ID)) {
				each.jobs = append(each.jobs, Job{service, language})
			}
		}
		if c.Seed != 0 {
			random := rand.New(rand.NewPCG(c.Seed, uint64(len(rounds)))) //nolint:gosec // repeatable, not secret
			random.Shuffle(len(each.jobs), func(i, j int) { each.jobs[i], each.jobs[j] = each.jobs[j], each.jobs[i] })
		}
		rounds = append(rounds, each)
	}
	return rounds
}

// Kinds are all kinds of service, in the order of reports.
func kinds() []catalog.Kind {
	return []catalog.Kind{
		catalog.KindApplication, catalog.KindBill, catalog.KindBooking, catalog.KindRecord, catalog.KindGrievance, catalog.KindInformation,
	}
}

// sample is the first live service of each kind, each in the next language; the nth state begins with its nth.
func sample(services *catalog.Catalog, nth int) []Job {
	languages := services.Languages()
	var jobs []Job
	for i, kind := range kinds() {
		for _, service := range services.Services() {
			if service.Kind == kind && service.Availability == catalog.Live {
				jobs = append(jobs, Job{service, languages[(nth+i)%len(languages)]})
				break
			}
		}
	}
	return jobs
}
