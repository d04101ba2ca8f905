package town

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/jansetu/jansetu/gateway/flows"
)

func (t *Town) flowKey() string { return filepath.Join(t.config.Folder, "flow-key.pem") }

// makeFlowKey makes the key that opens what phones send from forms.
func (t *Town) makeFlowKey() error {
	key, err := flows.GenerateDevelopmentKey()
	if err != nil {
		return fmt.Errorf("make the key of forms: %w", err)
	}
	if err := os.WriteFile(t.flowKey(), key, 0o600); err != nil {
		return fmt.Errorf("keep the key of forms: %w", err)
	}
	return nil
}

// publishForms publishes every form as an operator does, and starts the gateway anew, which looks at its start which there are.
func (t *Town) publishForms(ctx context.Context) error {
	t.config.Progress("Publishing the forms that open inside WhatsApp")
	command := exec.CommandContext(ctx, t.config.Binary, "flows", "publish") //nolint:gosec // our own program, or the one the flag names
	command.Env = append(os.Environ(), t.variables()...)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("publish the forms: %w: %s", err, output)
	}
	t.child(Gateway).stop()
	return t.start(ctx, Gateway)
}
