// Package cloudapi decodes what a business posts to the Cloud API's messages endpoint, validates it against Meta's
// documented shapes and limits, and words the refusals as Meta does. It is pure: it knows no phone, no chat and no
// network, and it shares nothing with the gateway's own client, so that the one can be trusted to check the other.
package cloudapi

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// Error codes the emulator answers with. Source: Meta, "Error codes" (support/error-codes).
const (
	CodeUnknown               = 1
	CodeService               = 2
	CodeTooManyCalls          = 4
	CodeInvalidParameter      = 100
	CodeAccessToken           = 190
	CodeRateLimit             = 130429
	CodeGeneric               = 131000
	CodeMissingParameter      = 131008
	CodeInvalidValue          = 131009
	CodeServiceUnavailable    = 131016
	CodeSelfRecipient         = 131021
	CodeUndeliverable         = 131026
	CodeReengagement          = 131047
	CodeUnsupportedType       = 131051
	CodeMediaUpload           = 131053
	CodePairRate              = 131056
	CodeTemplateParamCount    = 132000
	CodeTemplateMissing       = 132001
	CodeTemplateParamFormat   = 132012
	CodeTemplatePaused        = 132015
	CodeTemplateDisabled      = 132016
	CodeFlowBlocked           = 132068
	CodeFlowThrottled         = 132069
	CodeIdentityMismatch      = 137000
	CodeFlowUpdate            = 139001
	CodeFlowPublish           = 139002
	CodeFlowDeprecate         = 139003
	subcodeObjectDoesNotExist = 33
)

// Error is a refusal of the Graph API. Status and body follow from the code.
type Error struct {
	Code    int
	Subcode int
	Details string // the text of error_data.details: what exactly was wrong
}

// Refuse builds an [Error] with the given code and details.
func Refuse(code int, format string, args ...any) *Error {
	return &Error{Code: code, Details: fmt.Sprintf(format, args...)}
}

// UnknownObject is the refusal for an id in the path that names nothing: code 100, subcode 33.
func UnknownObject(id string) *Error {
	return &Error{
		Code: CodeInvalidParameter, Subcode: subcodeObjectDoesNotExist,
		Details: fmt.Sprintf("Unsupported request. Object with ID '%s' does not exist, cannot be loaded due to "+
			"missing permissions, or does not support this operation", id),
	}
}

// Error returns the message as Meta words it, with the details.
func (e *Error) Error() string { return e.message() + ": " + e.Details }

// Status is the HTTP status Meta documents for the code.
func (e *Error) Status() int { return describe(e.Code).status }

// Title is the short name of the code, as it appears in a failed status.
func (e *Error) Title() string { return describe(e.Code).title }

func (e *Error) message() string { return fmt.Sprintf("(#%d) %s", e.Code, e.Title()) }

type errorData struct {
	MessagingProduct string `json:"messaging_product"`
	Details          string `json:"details"`
}

type errorBody struct {
	Message   string    `json:"message"`
	Type      string    `json:"type"`
	Code      int       `json:"code"`
	Subcode   int       `json:"error_subcode,omitempty"`
	ErrorData errorData `json:"error_data"`
	TraceID   string    `json:"fbtrace_id"`
}

// Body is the JSON body of the refusal: {"error":{message,type,code,error_data{messaging_product,details},fbtrace_id}}.
func (e *Error) Body(traceID string) []byte {
	body, err := json.Marshal(map[string]errorBody{"error": {
		Message: e.message(), Type: "OAuthException", Code: e.Code, Subcode: e.Subcode,
		ErrorData: errorData{MessagingProduct: "whatsapp", Details: e.Details}, TraceID: traceID,
	}})
	if err != nil {
		return []byte(`{"error":{"code":1}}`)
	}
	return body
}

type description struct {
	title  string
	status int
}

func describe(code int) description {
	if known, ok := descriptions()[code]; ok {
		return known
	}
	return description{title: "Generic user error", status: http.StatusBadRequest}
}

func descriptions() map[int]description {
	return map[int]description{
		0:                       {"AuthException", http.StatusUnauthorized},
		CodeUnknown:             {"An unknown error occurred", http.StatusBadRequest},
		CodeService:             {"Service temporarily unavailable", http.StatusServiceUnavailable},
		3:                       {"Capability or permissions issue", http.StatusInternalServerError},
		CodeTooManyCalls:        {"Application request limit reached", http.StatusTooManyRequests},
		10:                      {"Permission denied", http.StatusForbidden},
		33:                      {"Parameter value is not valid", http.StatusBadRequest},
		CodeInvalidParameter:    {"Invalid parameter", http.StatusBadRequest},
		CodeAccessToken:         {"Invalid OAuth access token", http.StatusUnauthorized},
		368:                     {"Temporarily blocked for policies violations", http.StatusForbidden},
		80007:                   {"Rate limit issues", http.StatusTooManyRequests},
		CodeRateLimit:           {"Rate limit hit", http.StatusTooManyRequests},
		130472:                  {"User's number is part of an experiment", http.StatusBadRequest},
		130497:                  {"Business account is restricted from messaging users in this country", http.StatusForbidden},
		CodeGeneric:             {"Something went wrong", http.StatusInternalServerError},
		131005:                  {"Access denied", http.StatusForbidden},
		CodeMissingParameter:    {"Required parameter is missing", http.StatusBadRequest},
		CodeInvalidValue:        {"Parameter value is not valid", http.StatusBadRequest},
		CodeServiceUnavailable:  {"Service unavailable", http.StatusInternalServerError},
		CodeSelfRecipient:       {"Recipient cannot be sender", http.StatusBadRequest},
		CodeUndeliverable:       {"Message undeliverable", http.StatusBadRequest},
		131030:                  {"Recipient phone number not in allowed list", http.StatusBadRequest},
		131031:                  {"Account has been locked", http.StatusForbidden},
		131042:                  {"Business eligibility payment issue", http.StatusBadRequest},
		CodeReengagement:        {"Re-engagement message", http.StatusBadRequest},
		131048:                  {"Spam rate limit hit", http.StatusBadRequest},
		131049:                  {"This message was not delivered to maintain healthy ecosystem engagement", http.StatusBadRequest},
		131050:                  {"User has stopped marketing messages", http.StatusBadRequest},
		CodeUnsupportedType:     {"Unsupported message type", http.StatusBadRequest},
		131052:                  {"Media download error", http.StatusBadRequest},
		CodeMediaUpload:         {"Media upload error", http.StatusBadRequest},
		CodePairRate:            {"(Business Account, Consumer Account) pair rate limit hit", http.StatusTooManyRequests},
		131057:                  {"Account in maintenance mode", http.StatusInternalServerError},
		CodeTemplateParamCount:  {"Number of parameters does not match the expected number of params", http.StatusBadRequest},
		CodeTemplateMissing:     {"Template name does not exist in the translation", http.StatusNotFound},
		132005:                  {"Translated text too long", http.StatusBadRequest},
		132007:                  {"Template format character policy violated", http.StatusBadRequest},
		CodeTemplateParamFormat: {"Parameter format does not match format in the created template", http.StatusBadRequest},
		CodeTemplatePaused:      {"Template is paused", http.StatusBadRequest},
		CodeTemplateDisabled:    {"Template is disabled", http.StatusBadRequest},
		CodeFlowBlocked:         {"Flow is in blocked state", http.StatusBadRequest},
		CodeFlowThrottled:       {"Flow is in throttled state", http.StatusBadRequest},
		CodeFlowUpdate:          {"Updating attempt failed", http.StatusBadRequest},
		CodeFlowPublish:         {"Publishing attempt failed", http.StatusBadRequest},
		CodeFlowDeprecate:       {"Deprecating attempt failed", http.StatusBadRequest},
		133004:                  {"Server temporarily unavailable", http.StatusServiceUnavailable},
		133010:                  {"Phone number not registered", http.StatusBadRequest},
		CodeIdentityMismatch:    {"Identity key hash mismatch", http.StatusBadRequest},
	}
}
