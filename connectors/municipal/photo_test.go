package municipal_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/municipal"
	standin "github.com/jansetu/jansetu/connectors/municipal/twin"
	"github.com/jansetu/jansetu/connectors/twin"
)

func TestThePhotoOfTheWorkComesWithTheResolution(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{})
	connector := connect(t, stand)
	filed, err := connector.File(t.Context(), grievance(1, "AP-P1"))
	require.NoError(t, err)
	status, err := connector.Track(t.Context(), connectors.GrievanceQuery{Tenant: standin.Town, Number: filed.Number})
	require.NoError(t, err)
	require.Empty(t, status.Photo)

	stand.ResolveWithPhoto(filed.Number)
	status, err = connector.Track(t.Context(), connectors.GrievanceQuery{Tenant: standin.Town, Number: filed.Number})
	require.NoError(t, err)
	require.Equal(t, connectors.GrievanceResolved, status.State)
	photo, err := connector.Photo(t.Context(), connectors.PhotoQuery{Tenant: standin.Town, ID: status.Photo})
	require.NoError(t, err)
	require.Equal(t, "image/jpeg", photo.MIMEType)
	require.Equal(t, "image/jpeg", http.DetectContentType(photo.Content))
}

func TestAPhotoThatIsNotThereIsNotFound(t *testing.T) {
	t.Parallel()
	connector := connect(t, newTwin(t, standin.Config{}))
	_, err := connector.Photo(t.Context(), connectors.PhotoQuery{Tenant: standin.Town, ID: "none"})
	require.ErrorAs(t, err, new(*connectors.NotFoundError))
}

func TestAnErrorPageIsNoPhoto(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{})
	require.NoError(t, stand.Faults.Set(twin.Fault{Kind: twin.ErrorPage, Operation: standin.Give}))
	_, err := connect(t, stand).Photo(t.Context(), connectors.PhotoQuery{Tenant: standin.Town, ID: "any"})
	require.Error(t, err)
}

func TestNotOursIsATransferAndOpen(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{})
	connector := connect(t, stand)
	filed, err := connector.File(t.Context(), grievance(2, "AP-P2"))
	require.NoError(t, err)
	stand.Transfer(filed.Number, "For the electricity company.")
	status, err := connector.Track(t.Context(), connectors.GrievanceQuery{Tenant: standin.Town, Number: filed.Number})
	require.NoError(t, err)
	require.Equal(t, connectors.GrievanceTransferred, status.State)
	require.True(t, status.State.Open())
	require.Equal(t, "For the electricity company.", status.Note)
}

var _ connectors.Photographer = (*municipal.Connector)(nil)

func TestAnOldTokenIsRenewedForAPhoto(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{})
	connector := connect(t, stand)
	filed, err := connector.File(t.Context(), grievance(3, "AP-P3"))
	require.NoError(t, err)
	stand.ResolveWithPhoto(filed.Number)
	status, err := connector.Track(t.Context(), connectors.GrievanceQuery{Tenant: standin.Town, Number: filed.Number})
	require.NoError(t, err)
	require.NoError(t, stand.Faults.Set(twin.Fault{Kind: standin.TokenExpired, Times: 1}))
	_, err = connector.Photo(t.Context(), connectors.PhotoQuery{Tenant: standin.Town, ID: status.Photo})
	require.NoError(t, err)
}
