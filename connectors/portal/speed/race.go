//go:build race

package speed

// raceSlack is how much slower the race detector makes everything.
const raceSlack = 10
