// Package twin stands in for the portals of package landrecords, one of three by
// its wire; see the twin packages below bhulekh, mahabhulekh and meebhoomi for what
// each knows and does.
package twin

import (
	"fmt"
	"log/slog"
	"net/http"
	"time"

	bhulekh "github.com/jansetu/jansetu/connectors/landrecords/bhulekh/twin"
	mahabhulekh "github.com/jansetu/jansetu/connectors/landrecords/mahabhulekh/twin"
	meebhoomi "github.com/jansetu/jansetu/connectors/landrecords/meebhoomi/twin"
	"github.com/jansetu/jansetu/connectors/twin"
)

// Wire is which portal a twin stands in for.
type Wire string

// The wires of package landrecords.
const (
	Bhulekh     Wire = "bhulekh"
	Mahabhulekh Wire = "mahabhulekh"
	Meebhoomi   Wire = "meebhoomi"
)

// Config of a twin.
type Config struct {
	Wire Wire
	// UserID and Password are what the wire meebhoomi wants in its messages;
	// empty ones accept any.
	UserID, Password string
	// DataDir keeps what happened over restarts; empty forgets.
	DataDir string
	Clock   func() time.Time
	Logger  *slog.Logger
}

// Twin is a portal. It is an http.Handler and safe for concurrent use.
type Twin interface {
	http.Handler
	// Dial is the twin's dial of faults.
	Dial() *twin.Dial
	// Close closes the journal.
	Close() error
}

// New makes the twin of a wire.
func New(config Config) (Twin, error) {
	switch config.Wire {
	case Bhulekh:
		return made(bhulekh.New(bhulekh.Config{DataDir: config.DataDir, Clock: config.Clock, Logger: config.Logger}))
	case Mahabhulekh:
		return made(mahabhulekh.New(mahabhulekh.Config{DataDir: config.DataDir, Clock: config.Clock, Logger: config.Logger}))
	case Meebhoomi:
		return made(meebhoomi.New(meebhoomi.Config{
			UserID: config.UserID, Password: config.Password, DataDir: config.DataDir, Clock: config.Clock, Logger: config.Logger,
		}))
	default:
		return nil, fmt.Errorf("land records twin: no wire %q", config.Wire)
	}
}

// made keeps a twin that could not be made an untyped nil.
func made[T Twin](stand T, err error) (Twin, error) {
	if err != nil {
		return nil, err
	}
	return stand, nil
}
