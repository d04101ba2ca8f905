package worker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"

	"github.com/jansetu/jansetu/workflows"
)

// ErrAttributesMissing says that the namespace lacks search attributes; the error names the command that adds them.
var ErrAttributesMissing = errors.New("search attributes are missing")

const prepareDeadline = 10 * time.Second

// SearchAttributes are the attributes that workflows set, name to type, as `jansetu dev` registers them.
func SearchAttributes() map[string]string {
	wanted := map[string]string{}
	for _, key := range workflows.SearchAttributes() {
		wanted[key.GetName()] = key.GetValueType().String()
	}
	return wanted
}

func attributeTypes() map[string]enums.IndexedValueType {
	types := map[string]enums.IndexedValueType{}
	for _, key := range workflows.SearchAttributes() {
		types[key.GetName()] = key.GetValueType()
	}
	return types
}

// prepare makes sure that the namespace can be worked in.
func (w *Worker) prepare(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, prepareDeadline)
	defer cancel()
	missing, err := w.missingAttributes(ctx)
	if err != nil || len(missing) == 0 {
		return err
	}
	if !w.config.RegisterAttributes {
		return fmt.Errorf("%w in namespace %s; add them with: %s", ErrAttributesMissing, w.config.Namespace, addCommand(w.config.Namespace, missing))
	}
	return w.addAttributes(ctx, missing)
}

func (w *Worker) missingAttributes(ctx context.Context) ([]string, error) {
	have, err := w.config.Client.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: w.config.Namespace})
	if err != nil {
		return nil, fmt.Errorf("list search attributes: %w", err)
	}
	var missing []string
	for name := range SearchAttributes() {
		if _, known := have.GetCustomAttributes()[name]; !known {
			missing = append(missing, name)
		}
	}
	slices.Sort(missing)
	return missing, nil
}

// addAttributes adds and waits until the server shows them: its caches take a moment.
func (w *Worker) addAttributes(ctx context.Context, names []string) error {
	request := &operatorservice.AddSearchAttributesRequest{Namespace: w.config.Namespace, SearchAttributes: map[string]enums.IndexedValueType{}}
	for _, name := range names {
		request.SearchAttributes[name] = attributeTypes()[name]
	}
	if _, err := w.config.Client.OperatorService().AddSearchAttributes(ctx, request); err != nil {
		return fmt.Errorf("add search attributes: %w", err)
	}
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	for {
		missing, err := w.missingAttributes(ctx)
		if err == nil && len(missing) == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for search attributes: %w", ctx.Err())
		case <-ticker.C:
		}
	}
}

func addCommand(namespace string, names []string) string {
	var command strings.Builder
	command.WriteString("temporal operator search-attribute create --namespace " + namespace)
	for _, name := range names {
		command.WriteString(" --name " + name + " --type " + attributeTypes()[name].String())
	}
	return command.String()
}
