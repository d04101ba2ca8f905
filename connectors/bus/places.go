package bus

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// The fields that have a list: where a journey begins and ends.
const (
	FieldFrom = "from"
	FieldTo   = "to"
)

// maxPlaces bounds the list; the largest corporations serve some thousands.
const maxPlaces = 20_000

type placeWire struct {
	ID   string `json:"id"`
	Name string `json:"value"`
}

// Choices implements connectors.Chooser for FieldFrom and FieldTo: all places that the corporation serves, in its own order. No journey ends
// where it begins; which of the others a place is connected with is known by the search alone.
func (c *Connector) Choices(ctx context.Context, _, field string, chosen map[string]string) ([]connectors.Option, error) {
	if field != FieldFrom && field != FieldTo {
		return nil, &connectors.InputRejectedError{Field: field, Reason: "The portal has no list for it."}
	}
	var options []connectors.Option
	_, err := c.client.Do(ctx, portal.Request{
		Operation: operationPlaces, Method: http.MethodGet, Path: "forward/booking/places.do",
		Check: func(response *portal.Response) (err error) {
			options, err = readPlaces(response)
			return err
		},
	})
	if err != nil {
		return nil, fmt.Errorf("list places: %w", err)
	}
	if field == FieldTo {
		options = slices.DeleteFunc(options, func(place connectors.Option) bool { return place.Value == chosen[FieldFrom] })
	}
	return options, nil
}

func readPlaces(response *portal.Response) ([]connectors.Option, error) {
	const expected = "the list of places"
	text, err := response.Text()
	var places []placeWire
	if err != nil || response.Status/100 != 2 || json.Unmarshal([]byte(text), &places) != nil || len(places) == 0 || len(places) > maxPlaces {
		return nil, markers().Unexpected(response, expected)
	}
	options := make([]connectors.Option, 0, len(places))
	for _, place := range places {
		if place.ID == "" || place.Name == "" {
			return nil, markers().Unexpected(response, expected)
		}
		options = append(options, connectors.Option{Value: place.ID, Label: place.Name})
	}
	return options, nil
}
