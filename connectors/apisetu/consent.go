package apisetu

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Consent is what a person agreed to, in the words of API Setu's
// ConsentArtifactSchema. It holds personal data.
type Consent struct {
	// ID is a UUID; a new one is made when empty.
	ID string
	// At is when the person agreed, From and To when the document may be pulled.
	At, From, To time.Time
	// Consumer is our client id, Provider the issuer's, Data what is pulled.
	Consumer, Provider, Data string
	// Purpose as it was shown to the person.
	Purpose string
	// IDType, IDNumber, Mobile and Email say who agreed. An Aadhaar number is
	// never put here.
	IDType, IDNumber, Mobile, Email string
}

// stamp is "Date time format in UTC, includes milliseconds" of the schema.
const stamp = "2006-01-02T15:04:05.000Z"

// Artefact writes the consent for RecordQuery.Consent. sign makes the text of
// the signature over the exact bytes of the "consent" member.
func (c Consent) Artefact(sign func(consent []byte) (string, error)) ([]byte, error) {
	if c.Consumer == "" || c.Provider == "" || c.Data == "" || c.Purpose == "" || c.At.IsZero() || !c.From.Before(c.To) {
		return nil, errors.New("consent: consumer, provider, data, purpose, time and a period are needed")
	}
	if c.ID == "" {
		c.ID = uuid.NewString()
	}
	consent, err := json.Marshal(c.wire())
	if err != nil {
		return nil, fmt.Errorf("write consent: %w", err)
	}
	signature, err := sign(consent)
	if err != nil {
		return nil, fmt.Errorf("sign consent: %w", err)
	}
	return json.Marshal(map[string]any{
		"consent": json.RawMessage(consent), "signature": map[string]string{"signature": signature},
	})
}

func (c Consent) wire() map[string]any {
	return map[string]any{
		"consentId":    c.ID,
		"timestamp":    c.At.UTC().Format(stamp),
		"dataConsumer": map[string]string{"id": c.Consumer},
		"dataProvider": map[string]string{"id": c.Provider},
		"purpose":      map[string]string{"description": c.Purpose},
		"user":         map[string]string{"idType": c.IDType, "idNumber": c.IDNumber, "mobile": c.Mobile, "email": c.Email},
		"data":         map[string]string{"id": c.Data},
		"permission": map[string]any{
			"access":    "VIEW",
			"dateRange": map[string]string{"from": c.From.UTC().Format(stamp), "to": c.To.UTC().Format(stamp)},
			"frequency": map[string]any{"unit": "ONCE", "value": 1, "repeats": 0},
		},
	}
}
