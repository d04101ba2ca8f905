package worker

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"

	"github.com/jansetu/jansetu/workflows"
)

// ErrAttributesMissing says that the namespace lacks search attributes; the error names the command that adds them.
var ErrAttributesMissing = errors.New("search attributes are missing")

// ErrAttributeTypes says that search attributes of the namespace have another type than workflows set; the error names each and what to do.
var ErrAttributeTypes = errors.New("search attributes have the wrong type")

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
	missing, wrong, err := w.checkAttributes(ctx)
	switch {
	case err != nil:
		return err
	case len(wrong) > 0:
		return fmt.Errorf("%w in namespace %s: %s", ErrAttributeTypes, w.config.Namespace, strings.Join(wrong, "; "))
	case len(missing) == 0:
		return nil
	}
	if !w.config.RegisterAttributes {
		return fmt.Errorf("%w in namespace %s; add them with: %s", ErrAttributesMissing, w.config.Namespace, addCommand(w.config.Namespace, missing))
	}
	return w.addAttributes(ctx, missing)
}

// checkAttributes tells which attributes the namespace lacks, and what to do about those whose type is another.
func (w *Worker) checkAttributes(ctx context.Context) (missing, wrong []string, err error) {
	have, err := w.config.Client.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: w.config.Namespace})
	if err != nil {
		return nil, nil, fmt.Errorf("list search attributes: %w", err)
	}
	types := attributeTypes()
	for _, name := range slices.Sorted(maps.Keys(types)) {
		switch known, there := have.GetCustomAttributes()[name]; {
		case !there:
			missing = append(missing, name)
		case known != types[name]:
			wrong = append(wrong, fmt.Sprintf("%s is a %s and must be a %s; remove it and add it anew, what was set is found again as requests go on: "+
				"temporal operator search-attribute remove --namespace %s --name %s --yes && %s",
				name, known, types[name], w.config.Namespace, name, addCommand(w.config.Namespace, []string{name})))
		}
	}
	return missing, wrong, nil
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
		missing, _, err := w.checkAttributes(ctx)
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
