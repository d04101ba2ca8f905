package grievance_test

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"github.com/jansetu/jansetu/activities/grievance"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/municipal"
	towns "github.com/jansetu/jansetu/connectors/municipal/twin"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/workflows"
)

type noServices struct{}

func (noServices) Service(string) (*catalog.Service, bool) { return nil, false }

// noPhotos is a shelf that nobody has put anything on.
type noPhotos struct{}

func (noPhotos) Enclosure(context.Context, string, string, string) (connectors.Enclosure, error) {
	return connectors.Enclosure{}, store.ErrNoPaper
}

// run runs one activity over the towns' portal.
func run[T any](t *testing.T, at connectors.Grievances, s *store.Store, activity func(*grievance.Activities) any, input any) (result T, err error) {
	t.Helper()
	suite := testsuite.WorkflowTestSuite{}
	env := suite.NewTestActivityEnvironment()
	activities := grievance.New(grievance.Config{Connector: at, Services: noServices{}, Shelf: noPhotos{}, Documents: s, Now: time.Now})
	env.RegisterActivity(activities)
	value, err := env.ExecuteActivity(activity(activities), input)
	if err != nil {
		return result, err
	}
	require.NoError(t, value.Get(&result))
	return result, nil
}

func portal(t *testing.T) (*towns.Twin, *municipal.Connector) {
	t.Helper()
	town, err := towns.New(towns.Config{})
	require.NoError(t, err)
	server := httptest.NewServer(town)
	t.Cleanup(func() { server.Close(); require.NoError(t, town.Close()) })
	connector, err := municipal.Family{}.New(connectors.PortalConfig{
		Name: "ap-towns", URL: server.URL, Settings: map[string]string{municipal.SettingTenant: "ap", municipal.SettingSettle: "100ms"},
		Credentials: map[string]string{municipal.CredentialUsername: towns.Username, municipal.CredentialPassword: towns.Password},
	}.WithDefaults())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, connector.Close()) })
	return town, connector
}

func filing(try int) workflows.FileGrievanceInput {
	return workflows.FileGrievanceInput{To: workflows.Recipient{Reference: "AP-1"}, Try: try, FirstTried: time.Now(), Grievance: connectors.Grievance{
		Tenant: "ap.vijayawada", Category: "StreetLightNotWorking", Description: "dark", Locality: "VJA-02", Name: "Sita", Mobile: "9848012345",
	}}
}

func file(a *grievance.Activities) any { return a.FileGrievance }

func TestEachComplaintOfARequestIsFiledOnce(t *testing.T) {
	t.Parallel()
	town, at := portal(t)
	for _, try := range []int{1, 1, 2, 2} {
		input := filing(try)
		input.LookFirst = true
		_, err := run[connectors.Filed](t, at, nil, file, input)
		require.NoError(t, err)
	}
	require.Len(t, town.Complaints(), 2)
	require.Equal(t, []string{"AP-1", "AP-1-2"}, []string{town.Complaints()[0].Reference, town.Complaints()[1].Reference})
}

func TestTheDepartmentsPhotoIsKeptForTheCitizen(t *testing.T) {
	t.Parallel()
	town, at := portal(t)
	s := storetest.Store(t)
	person, conversation := storetest.Person(t, s)
	storetest.Request(t, s, store.Request{Reference: "AP-1", Person: person, Conversation: conversation})
	filed, err := run[connectors.Filed](t, at, s, file, filing(1))
	require.NoError(t, err)
	town.ResolveWithPhoto(filed.Number)
	status, err := run[connectors.GrievanceStatus](t, at, s, func(a *grievance.Activities) any { return a.TrackGrievance },
		workflows.GrievanceAt{To: workflows.Recipient{Reference: "AP-1"}, Tenant: "ap.vijayawada", Number: filed.Number})
	require.NoError(t, err)
	shown, err := run[workflows.Document](t, at, s, func(a *grievance.Activities) any { return a.GrievancePhoto },
		workflows.GrievancePhotoInput{To: workflows.Recipient{Reference: "AP-1"}, Tenant: "ap.vijayawada", Photo: status.Photo})
	require.NoError(t, err)
	kept, err := s.Document(t.Context(), shown.ID)
	require.NoError(t, err)
	require.Equal(t, "image/jpeg", kept.MIMEType)
}

func TestTheNearestOfTheSameWithinFiftyMetresIsFound(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	neighbours := grievance.NewNeighbours(s)
	at := func(reference string, latitude float64) workflows.DefectInput {
		person, conversation := storetest.Person(t, s)
		storetest.Request(t, s, store.Request{Reference: reference, Person: person, Conversation: conversation})
		return workflows.DefectInput{
			Reference: reference, Portal: "ap-towns", Tenant: "ap.guntur", Category: "StrayAnimals", Location: connectors.Coordinates{Latitude: latitude, Longitude: 80.6},
		}
	}
	require.NoError(t, neighbours.OpenDefect(t.Context(), at("AP-FAR", 16.30040))) // 44 m from AP-3
	require.NoError(t, neighbours.OpenDefect(t.Context(), at("AP-NEAR", 16.30015)))
	near, err := neighbours.NearestDefect(t.Context(), at("AP-3", 16.3))
	require.NoError(t, err)
	require.Equal(t, workflows.NearDefect{Defect: "AP-NEAR", Reports: 1}, near)
	near, err = neighbours.NearestDefect(t.Context(), at("AP-4", 16.2995)) // 72 m from the nearest
	require.NoError(t, err)
	require.Empty(t, near)
}
