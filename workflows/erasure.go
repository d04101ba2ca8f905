package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"
)

// erasureService is the value of JansetuService for erasures, which belong to no service of the catalog.
const erasureService = "erasure"

// Values of JansetuWaitingFor that only erasures have.
const (
	waitingForRequests = "requests"
	waitingForHub      = "hub"
)

// The stages of an erasure, values of JansetuStage.
const (
	erasureWaits   = "waiting_for_requests"
	erasureTells   = "telling"
	erasureErasing = "erasing"
	erasureErased  = "erased"
)

var (
	// requestPolls are the waits between looks at requests that still go on; the last one repeats.
	requestPolls = []time.Duration{2 * time.Second, 5 * time.Second, 15 * time.Second, time.Minute, 10 * time.Minute, time.Hour}
	// tellPolls are the waits for the last message to go out; after them it is not waited for any longer.
	tellPolls = []time.Duration{time.Second, 2 * time.Second, 5 * time.Second, 15 * time.Second, time.Minute, 10 * time.Minute, time.Hour}
)

// ErasePerson forgets a citizen: their running requests are cancelled or finished, they are told, their key is destroyed. A request
// that cannot be cancelled any more, because money is on its way, is finished first. There is no way back once it has begun: what
// is asked for twice is done once.
func ErasePerson(ctx workflow.Context, input RightsInput) error {
	ctx, _ = workflow.NewDisconnectedContext(ctx) // a citizen's right is not cut short by a cancellation
	e := erasure{input: input}
	if input.CancelOpen {
		if err := e.do(ctx, "Cancel the running requests", ActivityCancelRequests, nil); err != nil {
			return err
		}
	}
	for {
		again, err := e.awaitRequests(ctx)
		if err != nil {
			return err
		}
		if again {
			input.CancelOpen = false // they were asked to stop already
			return workflow.NewContinueAsNewError(ctx, WorkflowErasePerson, input)
		}
		if err := e.tell(ctx); err != nil {
			return err
		}
		if erased, err := e.erase(ctx); err != nil || erased {
			return err
		}
	}
}

type erasure struct{ input RightsInput }

func (e erasure) do(ctx workflow.Context, summary, activity string, result any) error {
	if err := workflow.ExecuteActivity(hubActivity(ctx, summary), activity, e.input).Get(ctx, result); err != nil {
		return fmt.Errorf("%s: %w", activity, err)
	}
	return nil
}

// awaitRequests waits until no request goes on. It answers true when the workflow should go on as a new one, its history being long.
func (e erasure) awaitRequests(ctx workflow.Context) (again bool, err error) {
	for round := 0; ; round++ {
		var open int
		if err := e.do(ctx, "Look whether requests still go on", ActivityCountRequests, &open); err != nil || open == 0 {
			return false, err
		}
		if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
			return true, nil
		}
		details := fmt.Sprintf("Waits for %d requests of the citizen to end. If one does not, settle it; the erasure goes on by itself.", open)
		if err := showErasure(ctx, erasureWaits, waitingForRequests, details); err != nil {
			return false, err
		}
		if err := workflow.Sleep(ctx, requestPolls[min(round, len(requestPolls)-1)]); err != nil {
			return false, fmt.Errorf("wait for requests: %w", err)
		}
	}
}

// tell sends the last message while there is a number to send it to.
func (e erasure) tell(ctx workflow.Context) error {
	if err := showErasure(ctx, erasureTells, waitingForCitizen, "Sends the last message; then the key is destroyed."); err != nil {
		return err
	}
	if err := e.do(ctx, "Tell the citizen", ActivityTellErasure, nil); err != nil {
		return err
	}
	for _, pause := range tellPolls {
		var told bool
		if err := e.do(ctx, "Look whether the message is out", ActivityErasureToldOf, &told); err != nil || told {
			return err
		}
		if err := workflow.Sleep(ctx, pause); err != nil {
			return fmt.Errorf("wait for the message: %w", err)
		}
	}
	return nil
}

// erase destroys the key, unless a request began in the meantime.
func (e erasure) erase(ctx workflow.Context) (erased bool, err error) {
	if err := showErasure(ctx, erasureErasing, waitingForHub, "Destroys the key."); err != nil {
		return false, err
	}
	var open int
	if err := e.do(ctx, "Destroy the key", ActivityEraseKey, &open); err != nil || open > 0 {
		return false, err
	}
	return true, showErasure(ctx, erasureErased, waitingForNothing, "Erased. What the law makes us keep names nobody.")
}
