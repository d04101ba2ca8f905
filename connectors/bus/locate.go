package bus

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// positionWire is the tracking service's answer. Coordinates are texts in
// degrees, times milliseconds since 1970.
type positionWire struct {
	Found   *bool  `json:"found"`
	Vehicle string `json:"vehicleNumber"`
	Lat     string `json:"latitude"`
	Long    string `json:"longitude"`
	Place   string `json:"lastStop"`
	SeenAt  int64  `json:"lastUpdated"`
	Next    string `json:"nextStop"`
	Expects int64  `json:"nextStopEta"`
}

// Locate implements connectors.LiveTracker; vehicle is Trip.Vehicle, such as
// "AP39UH0427".
func (c *Connector) Locate(ctx context.Context, vehicle string) (connectors.VehiclePosition, error) {
	vehicle = strings.ToUpper(strings.ReplaceAll(vehicle, " ", ""))
	request := get(operationLocate, "vehicle", url.Values{"vehicleNumber": {vehicle}})
	var position connectors.VehiclePosition
	request.Check = func(response *portal.Response) (err error) {
		position, err = readPosition(response, vehicle)
		return err
	}
	if _, err := c.tracking.Do(ctx, request); err != nil {
		return connectors.VehiclePosition{}, fmt.Errorf("locate vehicle: %w", err)
	}
	return position, nil
}

func readPosition(response *portal.Response, vehicle string) (connectors.VehiclePosition, error) {
	const expected = "the position of the vehicle asked for"
	var wire positionWire
	text, err := response.Text()
	if err != nil || response.Status/100 != 2 || json.Unmarshal([]byte(text), &wire) != nil || wire.Found == nil {
		return connectors.VehiclePosition{}, markers().Unexpected(response, expected)
	}
	if !*wire.Found {
		return connectors.VehiclePosition{}, &connectors.NotFoundError{What: "vehicle"}
	}
	position := connectors.VehiclePosition{
		Vehicle: wire.Vehicle, Place: wire.Place, SeenAt: milliseconds(wire.SeenAt),
		NextStop: wire.Next, ExpectedAt: milliseconds(wire.Expects),
	}
	latitude, first := strconv.ParseFloat(wire.Lat, 64)
	longitude, second := strconv.ParseFloat(wire.Long, 64)
	if first == nil && second == nil && onEarth(latitude, longitude) {
		position.Location = &connectors.Coordinates{Latitude: latitude, Longitude: longitude}
	}
	if position.Vehicle != vehicle || position.SeenAt.IsZero() || position.Place == "" && position.Location == nil {
		return connectors.VehiclePosition{}, markers().Unexpected(response, expected)
	}
	return position, nil
}

// onEarth keeps out the 0, 0 of a device without reception.
func onEarth(latitude, longitude float64) bool {
	return (latitude != 0 || longitude != 0) && latitude >= -90 && latitude <= 90 && longitude >= -180 && longitude <= 180
}

func milliseconds(since int64) time.Time {
	if since <= 0 {
		return time.Time{}
	}
	return time.UnixMilli(since).In(connectors.IndianTime)
}
