package connectors

import (
	"fmt"
	"time"
)

// ChallengeKind is what a portal demands of the citizen.
type ChallengeKind string

// The kinds of challenge.
const (
	ChallengeCaptcha ChallengeKind = "captcha"
	ChallengeOTP     ChallengeKind = "otp"
)

// ChallengeError says that the portal wants the citizen before it goes on. It
// is relayed, never solved. The same call is made again with a ChallengeAnswer.
type ChallengeError struct {
	Kind ChallengeKind `json:"kind"`
	// Image is the captcha picture, ImageType its media type. Empty for an OTP.
	Image     []byte `json:"image,omitempty"`
	ImageType string `json:"image_type,omitempty"`
	// Session is an opaque token with which the answer resumes the same portal
	// session. It is a secret: it stands for the citizen at the portal.
	Session string `json:"session"`
	// Attempt counts the challenges of this session from 1: above 1 the answer
	// before was wrong, expired or a request for another picture.
	Attempt int `json:"attempt,omitempty"`
	// ExpiresAt is when the answer comes too late; zero when nobody said.
	ExpiresAt time.Time `json:"expires_at,omitzero"`
	// Prompt is the portal's own words, such as the masked number an OTP went
	// to. It is for the citizen and kept out of Error.
	Prompt string `json:"prompt,omitempty"`
}

func (e *ChallengeError) Error() string { return fmt.Sprintf("portal asks the citizen: %s", e.Kind) }
func (*ChallengeError) class() Class    { return ClassChallenge }

// ChallengeAnswer is the citizen's answer to a ChallengeError. A wrong or
// expired answer leads to another ChallengeError, and a session that the portal
// has forgotten to one that starts the visit afresh.
type ChallengeAnswer struct {
	// Session is the ChallengeError's, unchanged.
	Session string `json:"session"`
	// Answer is what the citizen typed. An OTP is a secret.
	Answer string `json:"answer,omitempty"`
	// Refresh asks for another picture or another OTP instead of answering.
	Refresh bool `json:"refresh,omitempty"`
}
