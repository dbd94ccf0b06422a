namespace LogBroker.AdminCli.Tests.Commands;

/// <summary>Standard output on a disk that takes no more.</summary>
internal sealed class FullDisk : StringWriter
{
    public override void WriteLine(string? value) => throw new IOException("No space left on device");
}
