"""The translators' desk: checks of a language's texts, their cost by SMS, a speaker's approval."""
