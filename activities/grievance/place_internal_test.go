package grievance

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
)

func TestCellsAreGeohashes(t *testing.T) {
	t.Parallel()
	for cell, at := range map[string]connectors.Coordinates{
		"u4pruyd": {Latitude: 57.64911, Longitude: 10.40744}, // the example of geohash.org
		"ezs42":   {Latitude: 42.605, Longitude: -5.603},     // of the Wikipedia article
	} {
		require.Equal(t, cell, cellOf(at)[:len(cell)])
	}
}

func TestDistances(t *testing.T) {
	t.Parallel()
	station, temple := connectors.Coordinates{Latitude: 16.5178, Longitude: 80.6197}, connectors.Coordinates{Latitude: 16.5152, Longitude: 80.6050}
	require.InDelta(t, 1594, distance(station, temple), 10)
	require.Zero(t, distance(station, station))
}

// Whatever lies within 50 m is in one of the cells that are searched, everywhere in India.
func TestWhatIsNearIsInTheCellsAround(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		at := connectors.Coordinates{Latitude: 6 + 31*random.Float64(), Longitude: 68 + 29*random.Float64()}
		near := connectors.Coordinates{Latitude: at.Latitude + 0.0009*(random.Float64()-0.5), Longitude: at.Longitude + 0.0009*(random.Float64()-0.5)}
		if distance(at, near) <= nearBy {
			require.True(t, slices.Contains(around(at), cellOf(near)), "%v %v", at, near)
		}
	}
}

func TestAPlaceIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	at := connectors.Coordinates{Latitude: 16.506171, Longitude: -80.648012}
	read, readable := readPlace(writePlace(at))
	require.True(t, readable)
	require.Equal(t, at, read)
	_, readable = readPlace("somewhere")
	require.False(t, readable)
}
