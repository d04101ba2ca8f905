//go:build race

package catalog_test

func init() { raceDetector = true }
