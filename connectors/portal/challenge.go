package portal

import (
	"errors"
	"fmt"
	"time"

	"github.com/jansetu/jansetu/connectors"
)

// MaxPicture is the largest captcha picture that is relayed, in bytes.
const MaxPicture = 128 << 10

// defaultAnswerTime is how long a citizen may take when the portal does not say.
const defaultAnswerTime = 10 * time.Minute

// Question is what a portal asks the citizen.
type Question struct {
	Kind connectors.ChallengeKind
	// Picture is the captcha as the portal sent it, PictureType its media type.
	Picture     []byte
	PictureType string
	// Prompt is the portal's own words to the citizen.
	Prompt string
	// GoodFor is how long the portal waits; ten minutes when zero.
	GoodFor time.Duration
}

// Ask freezes the session and returns the ChallengeError that relays the
// question, with the count of this session's questions. State is what the
// family needs besides the cookies to go on; see Freeze.
func (s *Session) Ask(question Question, state any) error {
	if len(question.Picture) > MaxPicture {
		return &connectors.ChangedError{
			Expected: fmt.Sprintf("a captcha picture of at most %d bytes", MaxPicture), Seen: "a larger one",
		}
	}
	if question.GoodFor == 0 {
		question.GoodFor = defaultAnswerTime
	}
	s.asked++
	frozen, err := s.Freeze(state, question.GoodFor)
	if err != nil {
		return err
	}
	return &connectors.ChallengeError{
		Kind: question.Kind, Image: question.Picture, ImageType: question.PictureType, Prompt: question.Prompt,
		Session: frozen, Attempt: s.asked, ExpiresAt: s.client.options.Clock().Add(question.GoodFor),
	}
}

// Visit opens the session of a call: a new one without an answer, and with one
// the session it belongs to, whose state is read into state. A session that has
// expired or is not ours begins anew, with resumed false: the portal will ask
// again, and the citizen gets another picture instead of an error.
func (c *Client) Visit(answer *connectors.ChallengeAnswer, state any) (session *Session, resumed bool, err error) {
	if answer != nil {
		session, err = c.Resume(answer.Session, state)
		if err == nil {
			return session, true, nil
		}
		if !errors.Is(err, ErrSessionExpired) && !errors.Is(err, ErrSessionForeign) {
			return nil, false, err
		}
	}
	session, err = c.NewSession()
	return session, false, err
}
