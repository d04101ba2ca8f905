package formserver_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors/landrecords/internal/formserver"
)

type state struct{ District string }

func posted(view formserver.View) url.Values {
	return url.Values{formserver.FieldViewState: {view.State}, formserver.FieldValidation: {view.Validation}}
}

func TestViewStateIsReadByItsOwnServerAlone(t *testing.T) {
	t.Parallel()
	server := formserver.NewSealer[state]()
	view := server.Seal(state{District: "20"})
	read, err := server.Open(posted(view))
	require.NoError(t, err)
	require.Equal(t, "20", read.District)

	_, err = formserver.NewSealer[state]().Open(posted(view))
	require.ErrorIs(t, err, formserver.ErrMAC, "after a restart the key is another")
	_, err = server.Open(url.Values{formserver.FieldViewState: {"AAAA"}})
	require.ErrorIs(t, err, formserver.ErrMAC)
}

func TestViewStateRotatesAndTakesItsOwnValidationOnly(t *testing.T) {
	t.Parallel()
	server := formserver.NewSealer[state]()
	first, second := server.Seal(state{}), server.Seal(state{})
	require.NotEqual(t, first.State, second.State)
	mixed := second
	mixed.Validation = first.Validation
	_, err := server.Open(posted(mixed))
	require.ErrorIs(t, err, formserver.ErrValidation)
}

func TestDeltaCountsAsDotNetDoes(t *testing.T) {
	t.Parallel()
	recorder := httptest.NewRecorder()
	new(formserver.Delta).Add("updatePanel", "p", "ଖୋ|😀").Add("pageRedirect", "", "%2fa.aspx").Write(recorder)
	require.Equal(t, "1|#||4|5|updatePanel|p|ଖୋ|😀|9|pageRedirect||%2fa.aspx|", recorder.Body.String())
}

func TestSessionsFollowTheirCookie(t *testing.T) {
	t.Parallel()
	sessions := formserver.NewSessions[string]()
	recorder := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
	_, found := sessions.Get(request)
	require.False(t, found)
	sessions.Put(recorder, request, "first")
	for _, cookie := range recorder.Result().Cookies() {
		request.AddCookie(cookie)
	}
	sessions.Put(recorder, request, "second")
	value, found := sessions.Get(request)
	require.True(t, found)
	require.Equal(t, "second", value)
	sessions.Forget(request)
	_, found = sessions.Get(request)
	require.False(t, found)
}
