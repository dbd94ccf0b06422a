namespace LogBroker.AdminCli.Tests.Commands;

/// <summary>A stream of a command that tells when a text was written to it.</summary>
/// <param name="text">That text, within one line.</param>
internal sealed class AwaitedText(string text) : StringWriter
{
    private readonly TaskCompletionSource _there = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task WhenThere => _there.Task;

    public override void WriteLine(string? value)
    {
        base.WriteLine(value);
        if (value?.Contains(text, StringComparison.Ordinal) == true) _there.TrySetResult();
    }
}
