// Package whatsapp speaks Meta's WhatsApp Business Cloud API: it verifies and reads webhooks, renders bubbles as message
// bodies, sends them, and classifies Meta's errors. It knows the bubble and the wire; it knows no dialog, no store and no
// policy of retrying: what to do about an error class is the outbox's to decide.
package whatsapp
