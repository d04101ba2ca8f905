package assembly

import (
	"context"
	"errors"
	"log/slog"

	"github.com/jansetu/jansetu/cmd/jansetu/config"
	"github.com/jansetu/jansetu/gateway"
	"github.com/jansetu/jansetu/workflows"
)

type Place int

const (
	Alone Place = iota
	BesideGateway
)

// SearchAttributes are those of the workflows, name to type, as a Temporal namespace must know them.
func SearchAttributes() map[string]string {
	attributes := map[string]string{}
	for _, attribute := range workflows.SearchAttributes() {
		attributes[attribute.GetName()] = attribute.GetValueType().String()
	}
	return attributes
}

func StartWorker(ctx context.Context, settings config.Config, log *slog.Logger, place Place) (*Running, error) {
	return nil, errors.New("wip")
}

func (c *common) paymentEvents() (gateway.PaymentEvents, error) { return nil, nil }
