package gateway_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store"
)

// says is one text message from whoever the identity fields name.
func says(id, identity, contact string) string {
	contacts := ""
	if contact != "" {
		contacts = `"contacts":[` + contact + `],`
	}
	return value(contacts + `"messages":[{` + identity + `,"id":"` + id + `","type":"text","text":{"body":"x"}}]`)
}

const (
	byPhone  = `"from":"919900000001"`
	byUserID = `"from_user_id":"IN.1111"`
	byBoth   = byPhone + `,` + byUserID
)

func TestWhoWrites(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		bodies  []string
		persons int // who can still be written to
		current int // identities
	}{
		{"phone only", []string{says("1", byPhone, ""), says("2", byPhone, "")}, 1, 1},
		{"phone and user id, then either", []string{says("1", byBoth, ""), says("2", byPhone, ""), says("3", byUserID, "")}, 1, 2},
		{"user id only, the number hidden", []string{says("1", byUserID, ""), says("2", byUserID, "")}, 1, 1},
		{"user id where the phone belongs", []string{says("1", `"from":"IN.1111"`, ""), says("2", byUserID, "")}, 1, 1},
		{"parent id only", []string{says("1", `"from_parent_user_id":"IN.ENT.1"`, ""), says("2", `"from_parent_user_id":"IN.ENT.1"`, "")}, 1, 1},
		{"ids only in the contact", []string{says("1", byPhone, `{"wa_id":"919900000001","user_id":"IN.1111"}`), says("2", byUserID, "")}, 1, 2},
		{"a phone, later with its user id", []string{says("1", byPhone, ""), says("2", byBoth, ""), says("3", byUserID, "")}, 1, 2},
		{"two who turn out to be one are merged", []string{says("1", byPhone, ""), says("2", byUserID, ""), says("3", byBoth, "")}, 1, 2},
		{"a recycled phone is a new person", []string{says("1", byBoth, ""), says("2", byPhone+`,"from_user_id":"IN.2222"`, "")}, 2, 3},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := newHub(t)
			for _, body := range test.bodies {
				require.Equal(t, http.StatusOK, h.post(body))
				h.meta.next(t)
			}
			require.Equal(t, test.persons, h.count(`select count(*) from person where merged_into is null`))
			require.Equal(t, test.current, h.count(`select count(*) from channel_identity where valid_to is null`))
		})
	}
}

func TestTheSameBatchMayBringAPersonTwice(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	require.Equal(t, http.StatusOK, h.post(messages(
		`{"from":"919900000001","id":"1","type":"text","text":{"body":"a"}}`,
		`{"from":"919900000001","from_user_id":"IN.1111","id":"2","type":"text","text":{"body":"b"}}`,
		`{"from_user_id":"IN.1111","id":"3","type":"text","text":{"body":"c"}}`,
		`{"from_user_id":"IN.1111","id":"3","type":"text","text":{"body":"c"}}`)))
	require.Equal(t, 1, h.count(`select count(*) from person`))
	require.Equal(t, 3, h.count(`select count(*) from outbox`))
}

func TestAHiddenNumberIsAnsweredByUserID(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.post(says("1", byUserID, ""))
	reply := h.meta.next(t)
	require.Empty(t, reply.To)
	require.Equal(t, "IN.1111", reply.UserID)
}

func TestAChangedNumberKeepsThePersonAndLowersTrust(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.post(says("1", byBoth, ""))
	h.meta.next(t)
	_, err := h.pool.Exec(t.Context(), `update person set trust = 'verified'`)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, h.post(messages(`{"from":"919900000001","id":"2","type":"system",
		"system":{"type":"user_changed_number","wa_id":"919900000099","user_id":"IN.9999","previous_user_id":"IN.1111"}}`)))
	require.Equal(t, 1, h.count(`select count(*) from person where trust = 'unverified'`))
	require.Equal(t, 2, h.count(`select count(*) from channel_identity where valid_to is null and lookup in ($1, $2)`,
		h.lookup(store.IdentityPhone, "919900000099"), h.lookup(store.IdentityBSUID, "IN.9999")))
	require.Equal(t, 2, h.count(`select count(*) from channel_identity where valid_to is not null`))
	h.post(says("3", `"from":"919900000099"`, ""))
	require.Equal(t, "+919900000099", h.meta.next(t).To)
	h.post(says("4", byPhone, ""))
	h.meta.next(t)
	require.Equal(t, 2, h.count(`select count(*) from person`), "who has the old number now is somebody else")
}

func TestAChangeOfSomebodyUnknownIsIgnored(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	require.Equal(t, http.StatusOK, h.post(messages(`{"from":"919900000001","id":"2","type":"system",
		"system":{"type":"user_changed_number","wa_id":"919900000099"}}`)))
	require.Equal(t, 0, h.count(`select count(*) from person`))
}
