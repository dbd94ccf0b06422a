using LogBroker.Coordination.Groups.Assignors;
using LogBroker.Coordination.Groups.Consumer;
using LogBroker.Protocol.Errors;
using LogBroker.Protocol.Messages;

namespace LogBroker.Coordination.Tests.Groups.Consumer;

/// <summary>Random histories of members that come, go, fall silent and lose answers, of topics, clock jumps and crashes; the
/// group's invariants hold after each step.</summary>
public sealed class GroupModelTests
{
    private const int Runs = 40;
    private const int StepsPerRun = 150;

    [Fact]
    public void RandomHistory_KeepsTheInvariants_AndComesToRest()
    {
        (int first, int runs) = int.TryParse(Environment.GetEnvironmentVariable("GROUP_MODEL_SEED"), out int given)
            ? (given, 1)
            : (Environment.TickCount, Runs);
        for (int seed = first; seed < first + runs; seed++)
        {
            try
            {
                new History(seed).Run();
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"GROUP_MODEL_SEED={seed}", fault);
            }
        }
    }

    private sealed class History
    {
        private readonly Random _random;
        private readonly GroupHarness _harness = new();
        private readonly List<ModelClient> _clients = [];
        private ConsumerGroupState _replica = ConsumerGroupState.Empty;
        private int _replicated, _names, _epoch, _assignmentEpoch;

        public History(int seed)
        {
            _random = new Random(seed);
            _harness.Settings = _harness.Settings with
            {
                AssignmentInterval = _random.Next(2) == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(2),
                SizeMax = 6,
            };
            _harness.Topics.Create("topic-0", 3);
        }

        public void Run()
        {
            for (int step = 0; step < StepsPerRun; step++)
            {
                Step();
                Check();
            }

            ComeToRest();
            var live = StateText.Of(_harness.Group.State);
            Assert.Equal(live, StateText.Of(_harness.Replayed()));
            Assert.Equal(live, StateText.Of(_harness.ReplayedCompacted()));
        }

        private void Step()
        {
            switch (_random.Next(20))
            {
                case 0 or 1 when _clients.Count < 6:
                    Add();
                    break;
                case 2 when _clients.Count > 0:
                    Leave(Any());
                    break;
                case 3 when _clients.Count > 0:
                    _clients.Remove(Any()); // killed: its partitions stay with it until its session ends
                    break;
                case 4:
                    ChangeTopics();
                    break;
                case 5 when _clients.Count > 0:
                    Subscribe(Any());
                    break;
                case 6:
                    _harness.Advance(TimeSpan.FromSeconds(_random.Next(1, 30)));
                    break;
                case 7 when _random.Next(4) == 0:
                    _harness.Crash();
                    break;
                default:
                    if (_clients.Count > 0) Beat(Any());
                    break;
            }
        }

        private void Beat(ModelClient client)
        {
            if (_random.Next(2) == 0) client.Obey();
            if (_random.Next(10) == 0) client.TellEverything();
            var response = _harness.Heartbeat(client.Request());
            if (_random.Next(8) == 0) client.HearNothing();
            else client.Hear(response);
        }

        private void Add()
        {
            string? instance = _random.Next(3) == 0 ? $"instance-{_random.Next(3)}" : null;
            if (_clients.Any(client => client.InstanceId == instance && instance is not null)) instance = null;
            var client = new ModelClient($"member-{_names++}", instance);
            _clients.Add(client);
            Subscribe(client);
            Beat(client);
        }

        private void Leave(ModelClient client)
        {
            bool forNow = client.InstanceId is not null && _random.Next(2) == 0;
            _harness.Heartbeat(new ConsumerGroupHeartbeatRequest
            {
                MemberId = client.MemberId,
                MemberEpoch = forNow ? -2 : -1,
                InstanceId = client.InstanceId,
            });
            if (forNow) client.Restart(_random.Next(2) == 0 ? client.MemberId : $"member-{_names++}");
            else _clients.Remove(client);
        }

        private void Subscribe(ModelClient client)
        {
            client.Regex = _random.Next(4) == 0 ? "topic-[0-2]" : "";
            client.Topics = [.. Enumerable.Range(0, 4).Where(_ => _random.Next(3) > 0).Select(number => $"topic-{number}")];
            client.Assignor = _random.Next(3) switch { 0 => "range", 1 => "uniform", _ => null };
            client.TellEverything();
        }

        private void ChangeTopics()
        {
            var name = $"topic-{_random.Next(4)}";
            if (!_harness.Topics.Now.TryGet(name, out var topic)) _harness.Topics.Create(name, _random.Next(1, 6));
            else if (_random.Next(2) == 0) _harness.Topics.Widen(name, topic.PartitionCount + _random.Next(1, 3));
            else _harness.Topics.Delete(name);
        }

        private ModelClient Any() => _clients[_random.Next(_clients.Count)];

        private void Check()
        {
            var state = _harness.Group.State;
            foreach (var record in _harness.Log.Skip(_replicated)) _replica = _replica.Apply(RecordBytes.Through(record));
            _replicated = _harness.Log.Count;
            Assert.Equal(StateText.Of(state), StateText.Of(_replica));

            Assert.True(state.Epoch >= _epoch && state.AssignmentEpoch >= _assignmentEpoch);
            Assert.True(state.AssignmentEpoch <= state.Epoch);
            Assert.All(state.Members.Values, member => Assert.InRange(member.Assignment.Epoch, -2, state.AssignmentEpoch));
            (_epoch, _assignmentEpoch) = (state.Epoch, state.AssignmentEpoch);

            var held = state.Members.Values.SelectMany(member => member.Assignment.Assigned.Partitions
                .Concat(member.Assignment.PendingRevocation.Partitions).Select(one => (one, member.MemberId))).ToList();
            Assert.Equal(held.Count, held.DistinctBy(one => one.one).Count());
            Assert.Equal(held.ToHashSet(), state.Owners.Select(owner => (owner.Key, owner.Value)).ToHashSet());
            Assert.Equal(state.Members.Keys.ToHashSet(), state.Targets.Keys.Union(state.Members.Keys).ToHashSet());
            CheckClients(state);
        }

        /// <summary>Who is a member reads from nothing but what the group holds for it.</summary>
        private void CheckClients(ConsumerGroupState state)
        {
            foreach (var client in _clients)
            {
                if (state.Member(client.MemberId) is not { } member || client.Epoch == 0) continue;
                Assert.All(client.Owned, partition => Assert.Equal(member.MemberId, state.Owners.GetValueOrDefault(partition)));
            }
        }

        /// <summary>When nothing happens any more but heartbeats, everybody gets what it is due.</summary>
        private void ComeToRest()
        {
            for (int round = 0; round < 30; round++)
            {
                _harness.Advance(TimeSpan.FromSeconds(3));
                foreach (var client in _clients)
                {
                    client.Obey();
                    client.Hear(_harness.Heartbeat(client.Request()));
                }

                Check();
            }

            if (_clients.Count == 0)
            {
                Assert.Equal("Empty", _harness.Group.StateName);
                return;
            }

            Assert.Equal("Stable", _harness.Group.StateName);
            var state = _harness.Group.State;
            var due = SubscribedTopics.NamesOf(state)
                .Where(name => _harness.Topics.Now.TryGet(name, out _))
                .SelectMany(name => _harness.Topics.Now.TryGet(name, out var topic)
                    ? Enumerable.Range(0, topic.PartitionCount).Select(partition => new TopicIdPartition(topic.Id, partition))
                    : [])
                .ToHashSet();
            Assert.Equal(due, _clients.SelectMany(client => client.Owned).ToHashSet());
            Assert.Equal(due.Count, _clients.Sum(client => client.Owned.Count));
        }
    }
}
