namespace LogBroker.Protocol.Tests.Messages;

public sealed class RoundTripTests
{
    private const int RandomPerVersion = 12;
    private static readonly int Seed = Random.Shared.Next();

    public static TheoryData<string> Names => MessageShape.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void ReadOfWrite_OfRandomMessages_IsTheSame(string name)
    {
        var shape = MessageShape.ByName[name];
        var messages = new RandomMessages(Seed ^ name.GetHashCode(StringComparison.Ordinal));
        foreach (short version in shape.Versions)
        {
            for (int i = 0; i < RandomPerVersion; i++)
            {
                var message = messages.Next(shape, version);
                byte[] bytes = MessageShape.Write(message, version);
                var read = shape.Read(bytes, version);

                string where = $"{name} version {version}, seed {Seed}";
                string? difference = MessageTree.Difference(message, read);
                Assert.True(difference is null, $"{where}: differs at {difference}");
                Assert.True(bytes.AsSpan().SequenceEqual(MessageShape.Write(read, version)), $"{where}: other bytes");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Write_OfDefaults_SucceedsInEveryVersion(string name)
    {
        var shape = MessageShape.ByName[name];
        foreach (short version in shape.Versions)
        {
            byte[] bytes = MessageShape.Write(shape.New(), version);
            Assert.Null(MessageTree.Difference(shape.New(), shape.Read(bytes, version)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ReadAndWrite_InVersionsNotDeclared_AreRefused(string name)
    {
        var shape = MessageShape.ByName[name];
        foreach (int version in new[] { shape.Schema.Versions.Lowest - 1, shape.Schema.Versions.Highest + 1 })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => MessageShape.Write(shape.New(), (short)version));
            Assert.Throws<ArgumentOutOfRangeException>(() => shape.Read(new byte[100], (short)version));
        }
    }
}
