// Package twins makes the stand-in of any portal, for `jansetu dev` and for an engineer who starts one alone. It knows every
// family's twin and nothing of the hub; production never uses it.
package twins

import (
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors/apisetu"
	"github.com/jansetu/jansetu/connectors/bbps"
	bbpstwin "github.com/jansetu/jansetu/connectors/bbps/twin"
	"github.com/jansetu/jansetu/connectors/bus"
	bustwin "github.com/jansetu/jansetu/connectors/bus/twin"
	"github.com/jansetu/jansetu/connectors/edistrict"
	edistricttwin "github.com/jansetu/jansetu/connectors/edistrict/twin"
	"github.com/jansetu/jansetu/connectors/electricity"
	electricitytwin "github.com/jansetu/jansetu/connectors/electricity/twin"
	"github.com/jansetu/jansetu/connectors/landrecords"
	landrecordstwin "github.com/jansetu/jansetu/connectors/landrecords/twin"
	"github.com/jansetu/jansetu/connectors/municipal"
	"github.com/jansetu/jansetu/connectors/municipal/open311"
	open311twin "github.com/jansetu/jansetu/connectors/municipal/open311/twin"
	"github.com/jansetu/jansetu/connectors/panchayat"
	panchayattwin "github.com/jansetu/jansetu/connectors/panchayat/twin"
	"github.com/jansetu/jansetu/connectors/payments/razorpay"
	razorpaytwin "github.com/jansetu/jansetu/connectors/payments/twin"
	"github.com/jansetu/jansetu/connectors/payments/upi"
	upitwin "github.com/jansetu/jansetu/connectors/payments/upi/twin"
	whatsapppay "github.com/jansetu/jansetu/connectors/payments/whatsapp"
	whatsapppaytwin "github.com/jansetu/jansetu/connectors/payments/whatsapp/twin"
	"github.com/jansetu/jansetu/connectors/temple"
	templetwin "github.com/jansetu/jansetu/connectors/temple/twin"
	"github.com/jansetu/jansetu/connectors/transport"
	transporttwin "github.com/jansetu/jansetu/connectors/transport/twin"
)

// Twin is a portal's stand-in.
type Twin interface {
	http.Handler
	Close() error
}

// Portal is the portal to stand in for.
type Portal struct {
	Family      string
	Settings    map[string]string
	Credentials map[string]string
	Address     string // of the twin itself, for links it hands out
	HubURL      string // of the gateway that is told of payments; empty: nobody is told
	DataDir     string // keeps what happened over restarts; empty forgets
	Quick       bool   // its officers decide at once, its network and its servers take no time: for a walk through every service
	Log         *slog.Logger

	// Services are those that a state has bound to the portal, as Bound lists them. Families whose portals differ from state to state in
	// what they offer serve these; none are the twin's own.
	Services []*catalog.Service
}

// UnknownFamilyError says that a family has no twin.
type UnknownFamilyError struct{ Family string }

func (e *UnknownFamilyError) Error() string {
	return fmt.Sprintf("there is no twin of family %q; there are %s", e.Family, strings.Join(Families(), ", "))
}

// Families lists the families that have a twin.
func Families() []string { return slices.Sorted(maps.Keys(makers())) }

// New makes the twin of a portal. An unknown family is an UnknownFamilyError.
func New(p Portal) (Twin, error) {
	twin, known := makers()[p.Family]
	if !known {
		return nil, &UnknownFamilyError{p.Family}
	}
	return twin(p)
}

// The stand-ins' own pace: slow enough to be seen, quick enough not to be waited for.
const (
	searchLag  = 2 * time.Second
	officePace = time.Minute
	queuePace  = 2 * time.Second
	slowServer = 1500 * time.Millisecond
	network    = 3 * time.Second
)

// atOnce is the pace of a quick portal: no time, where a twin takes 0 for its usual one.
const atOnce = time.Nanosecond

// pace is the stand-in's own pace, or none.
func (p Portal) pace(usual time.Duration) time.Duration {
	if p.Quick {
		return atOnce
	}
	return usual
}

type maker func(Portal) (Twin, error)

func makers() map[string]maker {
	return map[string]maker{
		apisetu.FamilyName: newAPISetu,
		bbps.FamilyName: func(p Portal) (Twin, error) {
			return bbpstwin.New(bbpstwin.Config{
				APIKey: p.Credentials["api_key"], Billers: billers(p.Services), Latency: p.pace(network), DataDir: p.DataDir, Logger: p.Log,
			})
		},
		bus.FamilyName: func(p Portal) (Twin, error) { return bustwin.New(bustwin.Config{DataDir: p.DataDir, Logger: p.Log}) },
		edistrict.FamilyName: func(p Portal) (Twin, error) {
			return edistricttwin.New(edistricttwin.Config{Services: eDistrictServices(p.Services), Pace: p.pace(officePace), DataDir: p.DataDir, Logger: p.Log})
		},
		electricity.FamilyName: func(p Portal) (Twin, error) {
			shape := electricitytwin.Shape(p.Settings[electricity.SettingShape])
			return electricitytwin.New(electricitytwin.Config{Shape: shape, DataDir: p.DataDir, Logger: p.Log})
		},
		landrecords.FamilyName: func(p Portal) (Twin, error) {
			return landrecordstwin.New(landrecordstwin.Config{
				Wire:   landrecordstwin.Wire(p.Settings[landrecords.SettingWire]),
				UserID: p.Credentials["user_id"], Password: p.Credentials["password"], DataDir: p.DataDir, Logger: p.Log,
			})
		},
		municipal.FamilyName: newMunicipal,
		open311.FamilyName: func(p Portal) (Twin, error) {
			return open311twin.New(open311twin.Config{
				APIKey: p.Credentials["api_key"], BatchAfter: p.pace(officePace), DataDir: p.DataDir, Logger: p.Log,
			})
		},
		panchayat.FamilyName: func(p Portal) (Twin, error) {
			var districts []string
			if listed := p.Settings[panchayat.SettingDistricts]; listed != "" {
				districts = strings.Split(listed, ",")
			}
			return panchayattwin.New(panchayattwin.Config{
				Districts: districts, Pace: p.pace(officePace), Slowness: p.pace(slowServer), DataDir: p.DataDir, Logger: p.Log,
			})
		},
		razorpay.FamilyName: newRazorpay,
		transport.FamilyName: func(p Portal) (Twin, error) {
			return transporttwin.New(transporttwin.Config{
				AgencyUser: p.Credentials[transport.CredentialUser], AgencyPassword: p.Credentials[transport.CredentialPassword],
				Pace: p.pace(officePace), DataDir: p.DataDir, Logger: p.Log,
			})
		},
		upi.FamilyName: func(p Portal) (Twin, error) {
			return upitwin.New(upitwin.Config{APIKey: p.Credentials["api_key"], DataDir: p.DataDir})
		},
		whatsapppay.FamilyName: func(p Portal) (Twin, error) {
			return whatsapppaytwin.New(whatsapppaytwin.Config{
				PhoneNumberID: p.Settings["phone_number_id"], Configuration: p.Settings["configuration"],
				AccessToken: p.Credentials["access_token"], AppSecret: p.Credentials["app_secret"], DataDir: p.DataDir, Logger: p.Log,
			})
		},
		temple.FamilyName: func(p Portal) (Twin, error) {
			return templetwin.New(templetwin.Config{Pace: p.pace(queuePace), DataDir: p.DataDir, Logger: p.Log})
		},
	}
}

func newRazorpay(p Portal) (Twin, error) {
	config := razorpaytwin.Config{
		KeyID: p.Credentials[razorpay.CredentialKeyID], KeySecret: p.Credentials[razorpay.CredentialKeySecret],
		WebhookSecret: p.Credentials[razorpay.CredentialWebhookSecret], PublicURL: p.Address, DataDir: p.DataDir, Logger: p.Log,
		WebhookRetries: razorpaytwin.DefaultRetries(), Events: razorpay.Events(),
	}
	if p.HubURL != "" {
		config.WebhookURL = p.HubURL + "/webhooks/payments/" + razorpay.FamilyName
	}
	return razorpaytwin.New(config)
}
