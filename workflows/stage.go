package workflows

import "github.com/jansetu/jansetu/catalog"

// Stage is where a request stands, as a citizen would put it. Its text is the catalog's "stage.<stage>".
type Stage string

// The stages of requests. Those after StageRefunding are the ends.
const (
	StageReceived        Stage = "received"         // confirmed by the citizen; the workflow has not started yet
	StageFetching        Stage = "fetching"         // asking the portal for the bill
	StageKept            Stage = "kept"             // an outside system is down; goes on by itself
	StageConfirming      Stage = "confirming"       // the citizen is asked to confirm
	StageOpeningPayment  Stage = "opening_payment"  // making the payment link
	StageAwaitingPayment Stage = "awaiting_payment" // the link waits for money
	StagePosting         Stage = "posting"          // telling the department that it was paid
	StageKeptPaid        Stage = "kept_paid"        // paid; the department cannot be told yet, or did not say whether it took it
	StageChallenge       Stage = "challenge"        // the portal wants the citizen to read a picture or type a code
	StageAnswering       Stage = "answering"        // the citizen is asked for something only they know
	StageWithOfficer     Stage = "with_officer"     // a person looks into it
	StageRefunding       Stage = "refunding"        // the money is on its way back

	StageDone            Stage = "done"
	StageNothingDue      Stage = "nothing_due"
	StageNeedsCorrection Stage = "needs_correction"
	StageDuplicate       Stage = "duplicate" // another request is paying the same bill
	StageRefused         Stage = "refused"
	StageCancelled       Stage = "cancelled"
	StageExpired         Stage = "expired"
	StageGivenUp         Stage = "given_up"
	StageRefunded        Stage = "refunded"
)

// TextKey is the catalog's key of the stage in the citizen's language.
func (s Stage) TextKey() catalog.TextKey { return catalog.TextKey("stage." + string(s)) }

// Open tells whether the request still goes on.
func (s Stage) Open() bool { return s.meaning().waitingFor != waitingForNothing }

// Cancellable tells whether the citizen can still stop the request: until money has come, and not while a person decides on it.
func (s Stage) Cancellable() bool {
	switch s { //nolint:exhaustive // none of the others
	case StageReceived, StageFetching, StageKept, StageConfirming, StageOpeningPayment, StageAwaitingPayment, StageChallenge, StageAnswering:
		return true
	}
	return false
}

// Stages returns every stage.
func Stages() []Stage {
	stages := make([]Stage, 0, len(stageMeanings))
	for _, known := range stageMeanings {
		stages = append(stages, known.stage)
	}
	return stages
}

// What a request waits for: the closed set of the search attribute JansetuWaitingFor.
const (
	waitingForPortal   = "portal"
	waitingForCitizen  = "citizen"
	waitingForPayment  = "payment"
	waitingForGateway  = "payment gateway"
	waitingForOperator = "operator"
	waitingForNothing  = "nothing"
)

// stageMeaning is a stage in the operator's words.
type stageMeaning struct {
	stage      Stage
	waitingFor string
	words      string
}

var stageMeanings = []stageMeaning{
	{StageReceived, waitingForPortal, "Confirmed by the citizen, not started yet"},
	{StageFetching, waitingForPortal, "Asking the department's portal for the bill"},
	{StageKept, waitingForPortal, "An outside system does not answer. The citizen was told that the request is kept; it goes on by itself"},
	{StageConfirming, waitingForCitizen, "The citizen was shown the bill and is asked: pay or cancel"},
	{StageChallenge, waitingForCitizen, "The portal wants the citizen to read a picture or type a code"},
	{StageAnswering, waitingForCitizen, "The citizen is asked for something only they know"},
	{StageOpeningPayment, waitingForGateway, "Making the payment link"},
	{StageAwaitingPayment, waitingForPayment, "The citizen has the payment link; no money has come yet"},
	{StagePosting, waitingForPortal, "Paid. Telling the department"},
	{StageKeptPaid, waitingForPortal, "Paid. The department does not answer or does not say whether it took the payment; nothing is sent twice"},
	{StageWithOfficer, waitingForOperator, "Needs a person"},
	{StageRefunding, waitingForGateway, "The money is on its way back to the citizen"},
	{StageDone, waitingForNothing, "Done: the department has the money, the citizen has the receipt"},
	{StageNothingDue, waitingForNothing, "Ended: nothing to pay"},
	{StageNeedsCorrection, waitingForNothing, "Ended: the department does not know or accept what the citizen gave; the citizen was told what to do"},
	{StageDuplicate, waitingForNothing, "Ended: another request is already paying this bill"},
	{StageRefused, waitingForNothing, "Ended: the department refused"},
	{StageCancelled, waitingForNothing, "Ended: cancelled"},
	{StageExpired, waitingForNothing, "Ended: no answer or no payment in time"},
	{StageGivenUp, waitingForNothing, "Ended: the outside system did not come back in time"},
	{StageRefunded, waitingForNothing, "Ended: the money was given back"},
}

func (s Stage) meaning() stageMeaning {
	for _, known := range stageMeanings {
		if known.stage == s {
			return known
		}
	}
	return stageMeaning{stage: s, waitingFor: waitingForOperator, words: string(s)}
}
