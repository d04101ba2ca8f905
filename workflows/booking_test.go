package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/workflows"
)

func TestACitizenBooksSeatsAndTravels(t *testing.T) {
	t.Parallel()
	w := newBookingWorld(t)
	outcome := w.book(t)
	require.Equal(t, workflows.BookingOutcome{Ended: workflows.StageTravelled, Number: "PNR2", Ticket: "ticket"}, outcome)
	require.Equal(t, []string{"booking.which", "booking.seats", "booking.summary", "booking.done"}, w.heard())
	require.True(t, w.books.posted)
	require.Equal(t, 2*seatFare, w.books.kept())
	require.True(t, w.portal.good())
	require.True(t, w.Now().After(noon.Add(3*24*time.Hour)), "it ends on the day after")
	require.Equal(t, 1, w.portal.count("hold"))
	require.Equal(t, 1, w.portal.count("confirm"))
}

// whenAsked answers a question by its first line, and everything else as before.
func (w *bookingWorld) whenAsked(text, choice string) {
	before := w.onQuestion
	w.onQuestion = func(input workflows.AskInput) {
		if string(input.Message[0].Text) == text {
			w.answers(input, choice)
			return
		}
		before(input)
	}
}

func TestPlacesThatAreGoneAreReplacedByOthersBeforeAnythingIsPaid(t *testing.T) {
	t.Parallel()
	w := newBookingWorld(t)
	first := true
	w.portal.fault = func(operation string) fault {
		if operation == "hold" && first {
			first = false
			for _, seat := range []string{"1", "2"} {
				w.portal.taken[seat] = true
			}
		}
		return noFault
	}
	require.Equal(t, workflows.StageTravelled, w.book(t).Ended)
	require.Equal(t, []string{
		"booking.which", "booking.seats", "booking.gone", "booking.which", "booking.seats", "booking.summary", "booking.done",
	}, w.heard())
	require.Equal(t, 2*seatFare, w.books.kept())
}

func TestWithoutPlacesTheNextDayIsOffered(t *testing.T) {
	t.Parallel()
	w := newBookingWorld(t)
	w.portal.grab()
	days := 0
	w.onQuestion = func(input workflows.AskInput) {
		days++
		if days == 3 {
			clear(w.portal.taken)
		}
		w.answerFirst(input)
	}
	require.Equal(t, workflows.StageTravelled, w.book(t).Ended)
	require.Equal(t, []string{"booking.none", "booking.none", "booking.none", "booking.which"}, w.heard()[:4])
	require.Equal(t, "2026-11-28", w.portal.tickets[reference].Trip.Departs.Format(time.DateOnly))
}

func TestALineThatHasNoPlacesForAMonthIsNotLookedAtForEver(t *testing.T) {
	t.Parallel()
	w := newBookingWorld(t)
	w.portal.grab()
	w.onQuestion = w.answerFirst
	require.Equal(t, workflows.StageCancelled, w.book(t).Ended)
	require.Len(t, w.heard(), 32)
	require.Equal(t, []string{"booking.none", "booking.none_later", "request.cancelled"}, w.heard()[29:])
}

func TestABookingThatIsStoppedBeforeItIsPaidGivesThePlacesBack(t *testing.T) {
	t.Parallel()
	t.Run("by the row", func(t *testing.T) {
		t.Parallel()
		w := newBookingWorld(t)
		w.whenAsked("booking.which", "stop")
		require.Equal(t, workflows.StageCancelled, w.book(t).Ended)
		require.Zero(t, w.portal.count("hold"))
	})
	t.Run("while it waits for the money", func(t *testing.T) {
		t.Parallel()
		w := newBookingWorld(t)
		w.whenSaid("money.link", w.later(time.Minute, w.citizenCancels))
		require.Equal(t, workflows.StageCancelled, w.book(t).Ended)
		require.Equal(t, 1, w.portal.count("release"))
		require.Empty(t, w.portal.holds)
	})
	t.Run("by silence", func(t *testing.T) {
		t.Parallel()
		w := newBookingWorld(t)
		w.onQuestion = func(workflows.AskInput) {}
		require.Equal(t, workflows.StageExpired, w.book(t).Ended)
	})
	t.Run("by not paying", func(t *testing.T) {
		t.Parallel()
		w := newBookingWorld(t)
		w.whenSaid("money.link", func() {})
		require.Equal(t, workflows.StageExpired, w.book(t).Ended)
		require.Equal(t, "booking.not_paid", w.said[len(w.said)-1])
		require.True(t, w.books.closed)
	})
}

func TestMoneyAfterTheHoldHoldsTheSameSeatsAgain(t *testing.T) {
	t.Parallel()
	w := newBookingWorld(t)
	w.whenSaid("money.link", func() { w.payAfter(12 * time.Minute) })
	require.Equal(t, workflows.StageTravelled, w.book(t).Ended)
	require.Equal(t, 2, w.portal.count("hold"))
	require.True(t, w.portal.good())
	require.NotContains(t, w.said, "booking.other_seats")
}

func TestMoneyAfterTheHoldIsAskedAboutOtherSeats(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]struct {
		ended workflows.Stage
		kept  bool
	}{"take": {workflows.StageTravelled, true}, "money": {workflows.StageRefunding, false}, "": {workflows.StageRefunding, false}} {
		t.Run(answer, func(t *testing.T) {
			t.Parallel()
			w := newBookingWorld(t)
			if answer != "" {
				w.whenAsked("booking.other_seats", answer)
			} else {
				w.onQuestion = func(input workflows.AskInput) {
					if input.Message[0].Text != "booking.other_seats" {
						w.answerFirst(input)
					}
				}
			}
			w.onSay["money.link"] = func() {
				w.later(9*time.Minute, func() { w.portal.grab("1") })()
				w.payAfter(12 * time.Minute)
			}
			require.Equal(t, want.ended, w.book(t).Ended)
			require.Contains(t, w.said, "booking.other_seats")
			require.Equal(t, want.kept, w.portal.good())
			require.Equal(t, want.kept, w.books.kept() > 0)
		})
	}
}

func TestMoneyForABusThatIsFullNowIsGivenBackAtOnce(t *testing.T) {
	t.Parallel()
	w := newBookingWorld(t)
	w.onSay["money.link"] = func() {
		w.later(9*time.Minute, func() { w.portal.grab() })()
		w.payAfter(12 * time.Minute)
	}
	require.Equal(t, workflows.StageRefunding, w.book(t).Ended)
	require.False(t, w.portal.good())
	require.Zero(t, w.books.kept())
	require.Less(t, w.Now().Sub(noon), time.Hour)
	require.Equal(t, []string{"booking.no_ticket", "money.refund_by"}, w.heard()[len(w.heard())-2:])
}

func TestAFareThatRoseIsNotTaken(t *testing.T) {
	t.Parallel()
	w := newBookingWorld(t)
	w.onSay["money.link"] = func() {
		w.later(9*time.Minute, func() { w.portal.fare += 5000 })()
		w.payAfter(12 * time.Minute)
	}
	require.Equal(t, workflows.StageRefunding, w.book(t).Ended)
	require.Zero(t, w.books.kept())
	require.Equal(t, 1, w.portal.count("release"), "the dearer hold was released")
}

func TestALostConfirmationIsLookedUpAndNeverRepeatedBlindly(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]fault{"it landed": lostAfter, "it did not": lostBefore, "our process died": diedAfter} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newBookingWorld(t)
			w.portal.failsOnce("confirm", kind)
			require.Equal(t, workflows.StageTravelled, w.book(t).Ended)
			require.Len(t, w.portal.tickets, 1)
			require.Equal(t, 2*seatFare, w.books.kept())
			require.Positive(t, w.portal.count("find"))
		})
	}
}

func TestAnOutcomeThatNobodyKnowsIsNotCompensatedByItself(t *testing.T) {
	t.Parallel()
	w := newBookingWorld(t)
	w.portal.fault = func(operation string) fault {
		switch operation {
		case "confirm":
			return lostAfter
		case "find":
			return away
		}
		return noFault
	}
	w.onSay["booking.with_officer"] = w.later(time.Hour, func() {
		require.False(t, w.books.refused)
		w.SignalWorkflow(workflows.SignalOperatorDecide, workflows.OperatorDecision{Landed: true, Number: "PNR2"})
	})
	require.Equal(t, workflows.StageTravelled, w.book(t).Ended)
	require.True(t, w.books.posted)
	require.Equal(t, 2*seatFare, w.books.kept())
}

func TestATicketIsGivenBackByTheOperatorsOwnRule(t *testing.T) {
	t.Parallel()
	w := newBookingWorld(t)
	w.whenSaid("booking.done", w.later(time.Hour, w.citizenCancels))
	require.Equal(t, workflows.StageRefunding, w.book(t).Ended)
	require.Equal(t, []string{"booking.done", "booking.cancel_quote", "booking.cancelled", "money.refund_by"}, w.heard()[3:])
	require.False(t, w.portal.good())
	require.Equal(t, 2*seatFare/10, w.books.kept(), "the operator keeps a tenth")
}

func TestATicketStaysWhenTheCitizenDoesNotLikeTheChargeOrItIsTooLate(t *testing.T) {
	t.Parallel()
	t.Run("no", func(t *testing.T) {
		t.Parallel()
		w := newBookingWorld(t)
		w.whenAsked("booking.cancel_quote", "no")
		w.whenSaid("booking.done", w.later(time.Hour, w.citizenCancels))
		require.Equal(t, workflows.StageTravelled, w.book(t).Ended)
		require.True(t, w.portal.good())
		require.Contains(t, w.said, "booking.kept_ticket")
	})
	t.Run("too late", func(t *testing.T) {
		t.Parallel()
		w := newBookingWorld(t)
		w.onSay["booking.done"] = w.later(56*time.Hour, w.citizenCancels) // an hour before it leaves
		require.Equal(t, workflows.StageTravelled, w.book(t).Ended)
		require.Contains(t, w.said, "booking.cannot_cancel")
		require.Equal(t, 2*seatFare, w.books.kept())
	})
	t.Run("a second wish to cancel is no yes", func(t *testing.T) {
		t.Parallel()
		w := newBookingWorld(t)
		before := w.onQuestion
		w.onQuestion = func(input workflows.AskInput) {
			if input.Message[0].Text == "booking.cancel_quote" {
				w.later(time.Minute, w.citizenCancels)()
				return
			}
			before(input)
		}
		w.whenSaid("booking.done", w.later(time.Hour, w.citizenCancels))
		require.Equal(t, workflows.StageTravelled, w.book(t).Ended)
		require.True(t, w.portal.good())
	})
}

func TestALostCancellationGivesBackOnce(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]fault{"it landed": lostAfter, "it did not": lostBefore, "our process died": diedAfter} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newBookingWorld(t)
			w.portal.failsOnce("cancel", kind)
			w.whenSaid("booking.done", w.later(time.Hour, w.citizenCancels))
			require.Equal(t, workflows.StageRefunding, w.book(t).Ended)
			require.Equal(t, 2*seatFare-2*seatFare/10, w.books.returned)
		})
	}
}

func TestACancellationThatAnOfficerFoundOutReturnsWhatWasQuoted(t *testing.T) {
	t.Parallel()
	w := newBookingWorld(t)
	w.portal.fault = func(operation string) fault {
		if operation == "cancel" {
			return lostAfter
		}
		return noFault
	}
	w.onSay["booking.cancel_with_officer"] = w.later(time.Hour, func() {
		w.SignalWorkflow(workflows.SignalOperatorDecide, workflows.OperatorDecision{Landed: true, Number: "C1"})
	})
	w.whenSaid("booking.done", w.later(time.Minute, w.citizenCancels))
	require.Equal(t, workflows.StageRefunding, w.book(t).Ended)
	require.Equal(t, 2*seatFare-2*seatFare/10, w.books.returned)
}

func TestATripThatIsCalledOffIsToldAndPaidBackWhole(t *testing.T) {
	t.Parallel()
	w := newBookingWorld(t)
	w.whenSaid("booking.done", w.later(time.Hour, w.portal.callOff))
	require.Equal(t, workflows.StageRefunding, w.book(t).Ended)
	require.Contains(t, w.said, "booking.called_off")
	require.Zero(t, w.books.kept())
	require.True(t, w.Now().Before(noon.Add(3*24*time.Hour)), "before the bus would have left")
}

func TestBeforeTheOpeningTheRequestStandsInLine(t *testing.T) {
	t.Parallel()
	opens := noon.Add(22 * time.Hour)
	opening := func(t *testing.T) *bookingWorld {
		t.Helper()
		w := newBookingWorld(t)
		w.portal.opensAt = opens
		w.line = func(workflows.QueueInput) (workflows.PlaceInLine, error) {
			ahead := 4
			if !w.Now().Before(opens) {
				return workflows.PlaceInLine{InLine: true, Turn: true}, nil
			}
			return workflows.PlaceInLine{InLine: true, Ahead: ahead, Again: opens.Sub(w.Now())}, nil
		}
		return w
	}
	t.Run("until its turn", func(t *testing.T) {
		t.Parallel()
		w := opening(t)
		require.Equal(t, workflows.StageTravelled, w.book(t).Ended)
		require.Equal(t, []string{"booking.which", "booking.seats", "booking.queueing", "booking.summary"}, w.heard()[:4])
		require.Equal(t, "5", w.tells[0].Stage.Detail[0].Values["place"].Plain, "shown when they ask")
		require.Len(t, w.left, 1)
		require.False(t, w.left[0].SoldOut)
	})
	t.Run("or stops", func(t *testing.T) {
		t.Parallel()
		w := opening(t)
		w.whenSaid("booking.queueing", w.later(time.Hour, w.citizenCancels))
		require.Equal(t, workflows.StageCancelled, w.book(t).Ended)
		require.Len(t, w.left, 1)
		require.Zero(t, w.portal.count("hold"))
	})
	t.Run("or finds it sold out, and is shown what else there is", func(t *testing.T) {
		t.Parallel()
		w := opening(t)
		looks := 0
		w.line = func(workflows.QueueInput) (workflows.PlaceInLine, error) {
			looks++
			if looks == 1 {
				return workflows.PlaceInLine{InLine: true, Ahead: 90, Again: time.Hour}, nil
			}
			w.portal.opensAt = time.Time{}
			return workflows.PlaceInLine{InLine: looks == 2, SoldOut: looks == 2, Turn: looks > 2}, nil
		}
		require.Equal(t, workflows.StageTravelled, w.book(t).Ended)
		require.Contains(t, w.said, "booking.gone")
		require.Len(t, w.left, 1)
	})
	t.Run("and notes for those behind that it is sold out", func(t *testing.T) {
		t.Parallel()
		w := opening(t)
		w.later(21*time.Hour, func() { w.portal.grab("1", "2", "3", "4", "5", "6", "7") })()
		w.whenAsked("booking.none", "stop")
		w.bookWith(t, withoutSeats(bookingInput()))
		require.Len(t, w.left, 1)
		require.True(t, w.left[0].SoldOut)
		require.Equal(t, 2, w.left[0].Persons)
	})
}

func withoutSeats(input workflows.RequestInput) workflows.RequestInput {
	terms := *input.Terms.Booking
	terms.ChooseSeats = false
	input.Terms.Booking = &terms
	return input
}

func TestPapersAreAskedForOnceMoreWhenTheyAreNotAsManyAsThePersons(t *testing.T) {
	t.Parallel()
	w := newBookingWorld(t)
	input := bookingInput()
	input.Answers["id_numbers"] = "ABC 1234567"
	input.Terms.Form = append(input.Terms.Form, workflows.TermsField{ID: "id_numbers", Type: "text", PortalField: "id_numbers"})
	before := w.onQuestion
	w.onQuestion = func(asked workflows.AskInput) {
		if asked.Message[0].Text != "booking.paper_numbers" {
			before(asked)
			return
		}
		w.SignalWorkflow(workflows.SignalAnswer, workflows.Answer{Question: asked.Question, Value: "abc-1234567, xyz 7654321"})
	}
	require.Equal(t, workflows.StageTravelled, w.bookWith(t, input).Ended)
	passengers := w.portal.tickets[reference].Passengers
	require.Equal(t, []string{"ABC1234567", "XYZ7654321"}, []string{passengers[0].IDNumber, passengers[1].IDNumber})
}

func TestAPlaceThatCostsNothingNeedsNoPayment(t *testing.T) {
	t.Parallel()
	w := newBookingWorld(t)
	w.portal.fare = 0
	require.Equal(t, workflows.StageTravelled, w.book(t).Ended)
	require.NotContains(t, w.said, "money.link")
	require.True(t, w.portal.good())
}
