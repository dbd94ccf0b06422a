using LogBroker.Interop.Tests.Brokers;

namespace LogBroker.Interop.Tests.Faults;

/// <summary>
/// A test that breaks the disk under a running broker: it needs root, and a broker that is to survive it. Skipped with the
/// reason elsewhere.
/// </summary>
internal sealed class FaultFactAttribute : FactAttribute
{
    public FaultFactAttribute()
    {
        if (InteropEnvironment.TargetIsKafka)
        {
            Skip = "Apache Kafka takes a failed log directory offline until it is restarted, and halts when it was the last";
        }
        else if (!Environment.IsPrivilegedProcess)
        {
            Skip = "mounting and tracing need root";
        }
    }
}
