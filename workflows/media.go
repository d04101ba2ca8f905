package workflows

import "go.temporal.io/sdk/workflow"

// ActivityDeleteMedia is a method of package activities/media: DeleteMediaInput -> nothing.
const ActivityDeleteMedia = "DeleteMedia"

// DeleteMediaInput names what a citizen sent for a request, as the channel calls it.
type DeleteMediaInput struct {
	Reference string   `json:"reference"`
	Media     []string `json:"media"`
}

// forgetMedia has the channel delete what a citizen sent for the request, beside whatever else goes on: once the department has it, nobody needs it
// there. A channel that does not do it is not waited for: it deletes such files by itself after some days.
func (p *process) forgetMedia(ctx workflow.Context, media []string) {
	if len(media) == 0 {
		return
	}
	input := DeleteMediaInput{Reference: p.to.Reference, Media: media}
	workflow.GoNamed(ctx, "forget media", func(ctx workflow.Context) {
		if err := workflow.ExecuteActivity(hubActivity(ctx, "Have WhatsApp delete the papers"), ActivityDeleteMedia, input).Get(ctx, nil); err != nil {
			p.log.Warn("media not deleted at the channel", "error", err)
		}
	})
}
