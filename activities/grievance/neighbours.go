package grievance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// nearBy is how far apart two complaints about the same thing may be, in metres. A phone finds itself to some ten metres in a street.
const nearBy = 50

// Defects keeps what is complained about, by place. *store.Store is one.
type Defects interface {
	OpenDefect(ctx context.Context, defect store.Defect) error
	DefectsIn(ctx context.Context, request string, like store.Defect, cells []string) ([]store.OpenDefect, error)
	FollowDefect(ctx context.Context, request, defect string) (bool, error)
	FollowsDefect(ctx context.Context, request string) (bool, error)
	LeaveDefect(ctx context.Context, request string) error
	SpreadNews(ctx context.Context, news store.DefectNews) (int, error)
}

// Neighbours are the activities of complaints that others may join. They are the hub's own.
type Neighbours struct{ defects Defects }

// NewNeighbours makes the activities.
func NewNeighbours(defects Defects) *Neighbours { return &Neighbours{defects} }

// NearestDefect finds the open complaint about the same nearest to a place, at most 50 m away. Of two at the same distance the older one.
func (n *Neighbours) NearestDefect(ctx context.Context, input workflows.DefectInput) (workflows.NearDefect, error) {
	found, err := n.defects.DefectsIn(ctx, input.Reference, defectOf(input), around(input.Location))
	if err != nil {
		return workflows.NearDefect{}, err
	}
	var nearest workflows.NearDefect
	shortest := math.Inf(1)
	for _, each := range found {
		place, readable := readPlace(each.Place)
		metres := distance(place, input.Location)
		if readable && metres <= nearBy && metres < shortest {
			shortest, nearest = metres, workflows.NearDefect{Defect: each.Request, Reports: each.Followers + 1, Own: each.Own}
		}
	}
	return nearest, nil
}

// OpenDefect lets others join a complaint.
func (n *Neighbours) OpenDefect(ctx context.Context, input workflows.DefectInput) error {
	return final(n.defects.OpenDefect(ctx, defectOf(input)))
}

// FollowDefect has a request wait for the news of another; false: that one is over.
func (n *Neighbours) FollowDefect(ctx context.Context, input workflows.FollowDefectInput) (bool, error) {
	return n.defects.FollowDefect(ctx, input.Reference, input.Defect)
}

// FollowsDefect tells whether what a request follows is still open.
func (n *Neighbours) FollowsDefect(ctx context.Context, reference string) (bool, error) {
	return n.defects.FollowsDefect(ctx, reference)
}

// LeaveDefect ends following.
func (n *Neighbours) LeaveDefect(ctx context.Context, reference string) error {
	return n.defects.LeaveDefect(ctx, reference)
}

// SpreadNews tells all who follow, each once.
func (n *Neighbours) SpreadNews(ctx context.Context, news workflows.DefectNews) error {
	payload, err := json.Marshal(news)
	if err != nil {
		return fmt.Errorf("write news: %w", err)
	}
	_, err = n.defects.SpreadNews(ctx, store.DefectNews{
		Defect: news.Defect, Mark: strconv.Itoa(news.Number), Signal: workflows.SignalDefectNews, Payload: payload, Last: news.Last,
	})
	return err
}

// final marks what no repetition can mend.
func final(err error) error {
	if errors.Is(err, store.ErrNoRequest) {
		return temporal.NewNonRetryableApplicationError("no such request", "store", err)
	}
	return err
}

func defectOf(input workflows.DefectInput) store.Defect {
	return store.Defect{
		Request: input.Reference, Portal: input.Portal, Tenant: input.Tenant, Category: input.Category,
		Cell: cellOf(input.Location), Place: writePlace(input.Location),
	}
}

func writePlace(at connectors.Coordinates) string {
	return strconv.FormatFloat(at.Latitude, 'f', 6, 64) + "," + strconv.FormatFloat(at.Longitude, 'f', 6, 64)
}

func readPlace(written string) (connectors.Coordinates, bool) {
	latitude, longitude, _ := strings.Cut(written, ",")
	north, err1 := strconv.ParseFloat(latitude, 64)
	east, err2 := strconv.ParseFloat(longitude, 64)
	return connectors.Coordinates{Latitude: north, Longitude: east}, err1 == nil && err2 == nil
}

// The mean radius of the earth (IUGG), and with it the length of a degree of latitude, in metres.
const (
	earthRadius = 6_371_009
	degree      = earthRadius * math.Pi / 180
)

// distance is that along the surface, by the haversine formula.
func distance(a, b connectors.Coordinates) float64 {
	radians := func(degrees float64) float64 { return degrees * math.Pi / 180 }
	north, east := math.Sin(radians(b.Latitude-a.Latitude)/2), math.Sin(radians(b.Longitude-a.Longitude)/2)
	chord := north*north + math.Cos(radians(a.Latitude))*math.Cos(radians(b.Latitude))*east*east
	return 2 * earthRadius * math.Asin(math.Sqrt(min(chord, 1)))
}

// cellLength is that of the geohashes by which defects are found: cells of some 150 m, so that a place within 50 m is in the same or in
// the next one.
const cellLength = 7

const geohashDigits = "0123456789bcdefghjkmnpqrstuvwxyz"

// cellOf is the geohash (G. Niemeyer, 2008) of a place: the bits of longitude and latitude by turns, five to a digit.
func cellOf(at connectors.Coordinates) string {
	south, north, west, east := -90.0, 90.0, -180.0, 180.0
	var cell strings.Builder
	digit := 0
	for bit := range cellLength * 5 {
		low, high, value := &south, &north, at.Latitude
		if bit%2 == 0 {
			low, high, value = &west, &east, at.Longitude
		}
		digit <<= 1
		if middle := (*low + *high) / 2; value >= middle {
			digit |= 1
			*low = middle
		} else {
			*high = middle
		}
		if bit%5 == 4 {
			cell.WriteByte(geohashDigits[digit])
			digit = 0
		}
	}
	return cell.String()
}

// around are the cells that a place within 50 m may lie in: its own, and those that the corners of that square reach.
func around(at connectors.Coordinates) []string {
	north := nearBy / degree
	east := north / max(math.Cos(at.Latitude*math.Pi/180), 0.01)
	var cells []string
	seen := map[string]bool{}
	for _, up := range []float64{-north, 0, north} {
		for _, right := range []float64{-east, 0, east} {
			cell := cellOf(connectors.Coordinates{Latitude: at.Latitude + up, Longitude: at.Longitude + right})
			if !seen[cell] {
				seen[cell] = true
				cells = append(cells, cell)
			}
		}
	}
	return cells
}
