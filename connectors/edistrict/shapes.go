package edistrict

import "github.com/jansetu/jansetu/connectors/portal"

// shapes are what the pages of every state and service have, by the operation they
// answer. They tell an operator what a release has changed.
func shapes() map[string]portal.Fingerprint {
	return map[string]portal.Fingerprint{
		operationLogin:    {Step: "the login", Parts: []string{"form loginForm", "submit getOtp", "text " + FieldMobile}},
		operationSendOTP:  {Step: "the page of the OTP", Parts: []string{"form otpForm", "password otp", "submit resend", "submit verify"}},
		operationCheckOTP: {Step: "the form of a service", Parts: []string{"form applicationForm", "hidden UUID", "hidden serviceId", "submit btnDraft"}},
		operationTrack:    {Step: "the history", Parts: []string{"heading Date", "heading Officer", "heading Remarks", "heading Status", "heading Task"}},
	}
}
