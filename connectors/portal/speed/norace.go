//go:build !race

package speed

const raceSlack = 1
