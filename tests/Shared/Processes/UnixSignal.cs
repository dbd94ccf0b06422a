namespace LogBroker.Tests.Processes;

/// <summary>The signals that tests send, by their Linux numbers.</summary>
internal enum UnixSignal
{
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
}
