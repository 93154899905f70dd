namespace FailoverDemo;

/// <summary>The arguments make no sense; the message is for the user.</summary>
sealed class CommandLineException(string message) : Exception(message);
