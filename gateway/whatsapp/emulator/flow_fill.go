package emulator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/flow"
)

// ErrNotFilled wraps why a form did not take what it was filled with.
var ErrNotFilled = errors.New("the form was not taken")

const maxFormScreens = 40

// FillFlow opens the newest form on a phone, fills in every screen and sends it off, as a citizen would: answers are texts (the id of a choice, a day as
// 2026-01-31), true for a declaration, and ids of files stored with AddMedia for photos. It fails with ErrNotFilled when a screen comes back with
// reasons.
func (e *Emulator) FillFlow(ctx context.Context, phone string, answers map[string]any) error {
	shown, err := e.OpenFlow(ctx, phone, "")
	for range maxFormScreens {
		switch {
		case err != nil:
			return err
		case shown.Done:
			return nil
		case shown.Over != "" || shown.Failed != "":
			return fmt.Errorf("%w: %s%s", ErrNotFilled, shown.Over, shown.Failed)
		}
		typed, err := e.typedInto(&shown.View, answers)
		if err != nil {
			return err
		}
		before := shown.View.Screen
		if shown, err = e.PressFlow(ctx, shown.Form, typed); err != nil {
			return err
		}
		if reasons := whatIsWrong(&shown.View); shown.View.Screen == before && len(reasons) > 0 {
			e.CloseFlow(shown.Form)
			return fmt.Errorf("%w: %s: %s", ErrNotFilled, before, reasons)
		}
	}
	return fmt.Errorf("%w: it has no end", ErrNotFilled)
}

// typedInto is what stands in a screen's fields before its button is pressed.
func (e *Emulator) typedInto(view *flow.View, answers map[string]any) (map[string]any, error) {
	typed := map[string]any{}
	for i := range view.Items {
		item := &view.Items[i]
		answer, some := answers[item.Name]
		switch {
		case item.Name == "":
		case some && (item.Type == "PhotoPicker" || item.Type == "DocumentPicker"):
			file, err := e.LeaveFlowFile(fmt.Sprint(answer))
			if err != nil {
				return nil, err
			}
			typed[item.Name] = []FlowFile{file}
		case some:
			typed[item.Name] = answer
		case item.Value != nil:
			typed[item.Name] = item.Value
		}
	}
	return typed, nil
}

// whatIsWrong is what a screen says of its fields: the reason that stands above each, and the mark under it.
func whatIsWrong(view *flow.View) map[string]string {
	reasons, last := map[string]string{}, ""
	for _, item := range view.Items {
		if item.Text != "" {
			last = item.Text
		}
		if item.Error != "" {
			reasons[item.Name] = item.Error + ": " + last
		}
	}
	return reasons
}

// LeaveFlowFile encrypts a stored file and leaves it on the network, as a phone does when a photo is chosen in a form.
func (e *Emulator) LeaveFlowFile(mediaID string) (FlowFile, error) {
	described, err := e.files.Get(mediaID)
	if err != nil {
		return FlowFile{}, fmt.Errorf("media %q: %w", mediaID, ErrIncoming)
	}
	stored, err := e.files.Open(mediaID)
	if err != nil {
		return FlowFile{}, fmt.Errorf("media %q: %w", mediaID, ErrIncoming)
	}
	defer func() { _ = stored.Close() }()
	content, err := io.ReadAll(stored)
	if err != nil {
		return FlowFile{}, fmt.Errorf("read the file: %w", err)
	}
	sealed, metadata, err := flow.SealFile(content)
	if err != nil {
		return FlowFile{}, err
	}
	id := flowID()
	e.flows.mu.Lock()
	e.flows.files[id] = sealed
	e.flows.mu.Unlock()
	return FlowFile{ID: id, URL: *e.publicURL.Load() + "/emulator/flow-files/" + id, Name: described.Filename, Metadata: metadata}, nil
}

func (e *Emulator) serveFlowFile(w http.ResponseWriter, r *http.Request) {
	e.flows.mu.Lock()
	sealed, left := e.flows.files[r.PathValue("id")]
	e.flows.mu.Unlock()
	if !left {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.Itoa(len(sealed)))
	_, _ = w.Write(sealed)
}

func (e *Emulator) flowControl() map[string]func(*http.Request) (any, error) {
	return map[string]func(*http.Request) (any, error){
		"POST /emulator/phones/{phone}/form":      e.controlOpenForm,
		"POST /emulator/phones/{phone}/fill":      e.controlFill,
		"POST /emulator/forms/{form}/press":       e.controlPressForm,
		"POST /emulator/forms/{form}/back":        func(r *http.Request) (any, error) { return e.BackFlow(r.Context(), r.PathValue("form")) },
		"DELETE /emulator/forms/{form}":           e.controlCloseForm,
		"PUT /emulator/flows/{name}/status":       e.controlFlowStatus,
		"POST /emulator/flow-files/{media}/leave": func(r *http.Request) (any, error) { return e.LeaveFlowFile(r.PathValue("media")) },
	}
}

func (e *Emulator) controlOpenForm(r *http.Request) (any, error) {
	var asked struct {
		Message string `json:"message"`
	}
	if err := readJSON(r, &asked); err != nil {
		return nil, err
	}
	return e.OpenFlow(r.Context(), r.PathValue("phone"), asked.Message)
}

func (e *Emulator) controlPressForm(r *http.Request) (any, error) {
	var asked struct {
		Values map[string]json.RawMessage `json:"values"`
	}
	if err := readJSON(r, &asked); err != nil {
		return nil, err
	}
	typed := make(map[string]any, len(asked.Values))
	for name, raw := range asked.Values {
		var files []FlowFile
		var value any
		if json.Unmarshal(raw, &files) == nil {
			typed[name] = files
		} else if json.Unmarshal(raw, &value) == nil {
			typed[name] = value
		}
	}
	return e.PressFlow(r.Context(), r.PathValue("form"), typed)
}

func (e *Emulator) controlFill(r *http.Request) (any, error) {
	var asked struct {
		Answers map[string]any `json:"answers"`
	}
	if err := readJSON(r, &asked); err != nil {
		return nil, err
	}
	return map[string]bool{"success": true}, e.FillFlow(r.Context(), r.PathValue("phone"), asked.Answers)
}

func (e *Emulator) controlCloseForm(r *http.Request) (any, error) {
	e.CloseFlow(r.PathValue("form"))
	return map[string]bool{"success": true}, nil
}

func (e *Emulator) controlFlowStatus(r *http.Request) (any, error) {
	var asked struct {
		Status string `json:"status"`
	}
	if err := readJSON(r, &asked); err != nil {
		return nil, err
	}
	return map[string]bool{"success": true}, e.SetFlowStatus(r.PathValue("name"), asked.Status)
}

// controlRoutesOf joins groups of control calls.
func controlRoutesOf(groups ...map[string]func(*http.Request) (any, error)) map[string]func(*http.Request) (any, error) {
	all := map[string]func(*http.Request) (any, error){}
	for _, group := range groups {
		maps.Copy(all, group)
	}
	return all
}

// formErrors are those that a form's calls end with, by status.
func isFormMissing(err error) bool {
	return slices.ContainsFunc([]error{ErrNoSuchFlow, ErrFormClosed}, func(target error) bool { return errors.Is(err, target) })
}

func isFormRefused(err error) bool {
	return slices.ContainsFunc([]error{ErrFormOver, ErrNotFilled, ErrFlowBroken}, func(target error) bool { return errors.Is(err, target) })
}
