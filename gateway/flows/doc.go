// Package flows shows a catalog's form as a native WhatsApp Flow: it makes the Flow JSON, speaks the encrypted protocol of the Flow endpoint,
// opens the media that come with it, and publishes Flows with Meta. What a form is filled with is kept by the Forms that it is given: it knows
// neither the conversation, nor PostgreSQL, nor Temporal.
//
// Sources: Meta's Flows documentation (Flow JSON, Implementing endpoints, Media upload components, Flows API) and WhatsApp-Flows-Tools.
package flows
