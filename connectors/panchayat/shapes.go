package panchayat

import "github.com/jansetu/jansetu/connectors/portal"

// shapes are what every panchayat's pages have, by the operation they answer. They
// tell an operator what a release has changed.
func shapes() map[string]portal.Fingerprint {
	return map[string]portal.Fingerprint{
		operationForm: {Step: "the form of a certificate", Parts: []string{
			"form frmCert", "hidden type", "input txtName", "input " + referenceField, "select cmbGP", "submit cmdSave",
		}},
	}
}
