package config

import (
	"errors"
	"fmt"
	"strings"
)

// DigiLocker says how NeGD registered us as an issuer.
type DigiLocker struct {
	OrgID          string   `env:"JANSETU_DIGILOCKER_ORG_ID" help:"organisation id with which DigiLocker calls; not set: documents cannot be pulled"`
	IssuerID       string   `env:"JANSETU_DIGILOCKER_ISSUER_ID" help:"issuer id that the addresses of documents begin with, such as in.gov.ap.jansetu"`
	APIKey         string   `env:"JANSETU_DIGILOCKER_API_KEY" secret:"true" help:"API key that signs DigiLocker's calls"`
	APIKeyPrevious string   `env:"JANSETU_DIGILOCKER_API_KEY_PREVIOUS" secret:"true" help:"the key before, while it is being changed"`
	DocTypes       []string `env:"JANSETU_DIGILOCKER_DOC_TYPES" help:"comma-separated type=kind=title of documents, such as INCER=certificate=Income Certificate"`
}

// DocType is one of the types of documents that are listed with DigiLocker.
type DocType struct{ Code, Kind, Title string }

// Types reads DocTypes.
func (d DigiLocker) Types() ([]DocType, error) {
	types := make([]DocType, 0, len(d.DocTypes))
	for _, each := range d.DocTypes {
		parts := strings.SplitN(each, "=", 3)
		const codeLength = 5
		if len(parts) != 3 || len(parts[0]) != codeLength || parts[1] == "" || parts[2] == "" {
			return nil, fmt.Errorf("JANSETU_DIGILOCKER_DOC_TYPES: write INCER=certificate=Income Certificate, not %q", each)
		}
		types = append(types, DocType{Code: parts[0], Kind: parts[1], Title: parts[2]})
	}
	if len(types) == 0 {
		return nil, errors.New("JANSETU_DIGILOCKER_DOC_TYPES names no type of document")
	}
	return types, nil
}
