
namespace LogBroker.Interop.Tests.Groups;

/// <summary>A member of a group as a process of its own, whose words go into the group's journal.</summary>
/// <remarks>Owned by the test's <see cref="TestedGroup"/>. Its end is in the journal once it is certain.</remarks>
internal sealed class GroupMember : IDisposable
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(30);

    private readonly GroupJournal _journal;
    private readonly ChildProcess _child;

    public GroupMember(GroupJournal journal, GroupClient client, MemberRole role)
    {
        _journal = journal;
        Client = client;
        Role = role;
        ProcessCommand command = client.Member(role);
        // The shell becomes the client: the process that signals reach is the client itself.
        string[] appending = ["-c", "exec \"$@\" >>\"$0\" 2>&1", journal.Path, command.File, .. command.Arguments];
        _child = ChildProcess.Start(new ProcessCommand("bash", appending) { Environment = command.Environment });
    }

    public GroupClient Client { get; }

    public MemberRole Role { get; }

    public string Name => Role.Name;

    public bool IsRunning => !_child.HasExited;

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _child.Signal(UnixSignal.Kill);
        await _child.WaitForExitAsync(EndLimit);
        _journal.TellGone(Name);
    }

    /// <summary>SIGTERM: the member tells the group that it goes.</summary>
    public async Task LeaveAsync()
    {
        _child.Signal(UnixSignal.Terminate);
        await _child.WaitForExitAsync(EndLimit);
        _journal.TellGone(Name);
    }

    public void Dispose() => _child.Dispose();
}
