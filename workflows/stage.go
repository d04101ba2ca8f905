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
	StageCheckingPapers  Stage = "checking_papers"  // looking whether the department will be able to read the papers
	StageSubmitting      Stage = "submitting"       // sending the application, complaint or booking
	StageKeptSent        Stage = "kept_sent"        // the department does not say whether it took what was sent
	StageInProgress      Stage = "in_progress"      // the department works on it
	StageQueried         Stage = "queried"          // the department wants to know or have more
	StageOverdue         Stage = "overdue"          // the time that the law gives the department is over
	StageResolved        Stage = "resolved"         // the department says that it is done; the citizen is asked
	StageReopened        Stage = "reopened"         // the citizen disagreed; the department has it again
	StageEscalated       Stage = "escalated"        // it was taken to a higher officer
	StageQueueing        Stage = "queueing"         // waiting for booking to open, or for our turn in the rush
	StageHolding         Stage = "holding"          // keeping the places until they are paid
	StageBooking         Stage = "booking"          // paid; turning the hold into a ticket
	StageBooked          Stage = "booked"           // the citizen has the ticket and may still give it back
	StageCancelling      Stage = "cancelling"       // giving the booking back
	StageJoined          Stage = "joined"           // waits for the news of somebody else's complaint about the same
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
	StageTravelled       Stage = "used"     // the day of the ticket is over
	StageSoldOut         Stage = "sold_out" // no place is left
	StageAppealed        Stage = "appealed" // ended, and goes on as an appeal
)

// TextKey is the catalog's key of the stage in the citizen's language.
func (s Stage) TextKey() catalog.TextKey { return catalog.TextKey("stage." + string(s)) }

// Open tells whether the request still goes on.
func (s Stage) Open() bool { return s.meaning().waitingFor != waitingForNothing }

// Cancellable tells whether the citizen can still stop the request: until money has come, and not while a person decides on it.
func (s Stage) Cancellable() bool {
	switch s {
	case StageReceived, StageFetching, StageKept, StageConfirming, StageOpeningPayment, StageAwaitingPayment, StageChallenge, StageAnswering,
		StageCheckingPapers, StageQueueing, StageHolding, StageBooked, StageJoined:
		return true
	default: // none of the others
		return false
	}
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
	waitingForPortal     = "portal"
	waitingForCitizen    = "citizen"
	waitingForPayment    = "payment"
	waitingForGateway    = "payment gateway"
	waitingForDepartment = "department"
	waitingForOperator   = "operator"
	waitingForNothing    = "nothing"
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
	{StageCheckingPapers, waitingForPortal, "Looking whether the department will be able to read the papers"},
	{StageSubmitting, waitingForPortal, "Sending it to the department"},
	{StageKeptSent, waitingForPortal, "Sent. The department does not say whether it took it; nothing is sent twice"},
	{StageInProgress, waitingForDepartment, "The department works on it"},
	{StageQueried, waitingForCitizen, "The department asks the citizen for more"},
	{StageOverdue, waitingForDepartment, "The time that the law gives the department is over"},
	{StageResolved, waitingForCitizen, "The department says that it is done; the citizen is asked whether that is so"},
	{StageReopened, waitingForDepartment, "The citizen disagreed; the department has it again"},
	{StageJoined, waitingForDepartment, "Added to a complaint that is known already; it waits for that one's news"},
	{StageEscalated, waitingForDepartment, "Taken to a higher officer"},
	{StageQueueing, waitingForPortal, "Waiting for booking to open, or for its turn"},
	{StageHolding, waitingForPortal, "Having the places kept"},
	{StageBooking, waitingForPortal, "Paid. Turning the hold into a ticket"},
	{StageBooked, waitingForCitizen, "The citizen has the ticket and may still give it back"},
	{StageCancelling, waitingForPortal, "Giving the booking back"},
	{StageWithOfficer, waitingForOperator, "Needs a person"},
	{StageRefunding, waitingForGateway, "The money is on its way back to the citizen"},
	{StageDone, waitingForNothing, "Done: the citizen has what was asked for"},
	{StageNothingDue, waitingForNothing, "Ended: nothing to pay"},
	{StageNeedsCorrection, waitingForNothing, "Ended: the department does not know or accept what the citizen gave; the citizen was told what to do"},
	{StageDuplicate, waitingForNothing, "Ended: another request is already paying this bill"},
	{StageRefused, waitingForNothing, "Ended: the department refused"},
	{StageCancelled, waitingForNothing, "Ended: cancelled"},
	{StageExpired, waitingForNothing, "Ended: no answer or no payment in time"},
	{StageGivenUp, waitingForNothing, "Ended: the outside system did not come back in time"},
	{StageRefunded, waitingForNothing, "Ended: the money was given back"},
	{StageTravelled, waitingForNothing, "Ended: the day of the ticket is over"},
	{StageSoldOut, waitingForNothing, "Ended: no place was left"},
	{StageAppealed, waitingForNothing, "Ended: goes on as an appeal"},
}

func (s Stage) meaning() stageMeaning {
	for _, known := range stageMeanings {
		if known.stage == s {
			return known
		}
	}
	return stageMeaning{stage: s, waitingFor: waitingForOperator, words: string(s)}
}
