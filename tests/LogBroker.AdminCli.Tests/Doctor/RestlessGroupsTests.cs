using LogBroker.AdminCli.Doctor;
using LogBroker.Client;
using LogBroker.Client.Tests.Targets;

namespace LogBroker.AdminCli.Tests.Doctor;

public sealed class RestlessGroupsTests : IAsyncLifetime
{
    private readonly string _group = ClientTarget.NewName("restless");
    private ClientTarget _target = null!;
    private LogBrokerClient _client = null!;
    private string _topic = null!;

    public async Task InitializeAsync()
    {
        _target = await ClientTarget.SharedAsync();
        _client = _target.NewClient();
        _topic = await _target.CreateTopicAsync("restless");
    }

    public async Task DisposeAsync() => await _client.DisposeAsync();

    [Theory]
    [InlineData(GroupProtocol.Classic)]
    [InlineData(GroupProtocol.Consumer)]
    public async Task Find_OfAGroupWhoseMemberComesAndGoes_FindsIt(GroupProtocol protocol)
    {
        Member member = await JoinAsync(protocol);
        var looks = new BetweenLooks(async () =>
        {
            await member.DisposeAsync();
            member = await JoinAsync(protocol);
        });

        IReadOnlyDictionary<string, int> restless = await new RestlessGroups(_client.Admin, looks).FindAsync([_group], CancellationToken.None);

        await member.DisposeAsync();
        Assert.Equal([_group], restless.Keys);
    }

    [Theory]
    [InlineData(GroupProtocol.Classic)]
    [InlineData(GroupProtocol.Consumer)]
    public async Task Find_OfAGroupThatAMemberLeavesOnce_DoesNotFindIt(GroupProtocol protocol)
    {
        Member? member = await JoinAsync(protocol);
        var looks = new BetweenLooks(async () =>
        {
            if (member is not null) await member.DisposeAsync();
            member = null;
        });

        Assert.Empty(await new RestlessGroups(_client.Admin, looks).FindAsync([_group], CancellationToken.None));
    }

    [Fact]
    public async Task Find_OfQuietGroups_LooksTwice()
    {
        await using Member member = await JoinAsync(GroupProtocol.Consumer);
        int waits = 0;

        Assert.Empty(await new RestlessGroups(_client.Admin, new BetweenLooks(() => Task.FromResult(waits++))).FindAsync([_group], CancellationToken.None));

        Assert.Equal(1, waits);
    }

    /// <summary>A member, once the group is quiet with it.</summary>
    private async Task<Member> JoinAsync(GroupProtocol protocol)
    {
        var member = new Member(_client.CreateConsumer<byte[], byte[]>(_group, new ConsumerOptions { GroupProtocol = protocol }), _topic);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await _client.Admin.Groups.DescribeAsync([_group]) is var found
            && !(found.TryGetValue(_group, out GroupDescription? group) && group is { State: GroupState.Stable, Members: [{ Assignment.Length: > 0 }] }))
        {
            await Task.Delay(20, patience.Token);
        }
        return member;
    }

    /// <summary>A consumer that reads until it is disposed of.</summary>
    private sealed class Member : IAsyncDisposable
    {
        private readonly Consumer<byte[], byte[]> _consumer;
        private readonly CancellationTokenSource _over = new();
        private readonly Task _reading;

        public Member(Consumer<byte[], byte[]> consumer, string topic)
        {
            _consumer = consumer;
            _consumer.Subscribe(topic);
            _reading = ReadAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await _over.CancelAsync();
            await _reading;
            await _consumer.DisposeAsync();
            _over.Dispose();
        }

        private async Task ReadAsync()
        {
            try
            {
                await foreach (ConsumedRecord<byte[], byte[]> _ in _consumer.ReadAsync(_over.Token)) continue;
            }
            catch (OperationCanceledException)
            {
                // It leaves.
            }
        }
    }

    /// <summary>A clock by which something happens in place of each wait.</summary>
    private sealed class BetweenLooks(Func<Task> happens) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _ = HappenAsync();
            return System.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

            async Task HappenAsync()
            {
                await happens();
                callback(state);
            }
        }
    }
}
