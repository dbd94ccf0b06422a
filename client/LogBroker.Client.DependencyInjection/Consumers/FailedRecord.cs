namespace LogBroker.Client.DependencyInjection;

/// <summary>What becomes of a record when all its retries have failed.</summary>
public enum FailedRecord
{
    /// <summary>It is tried until it succeeds, and what comes after it in its order waits. Nothing is lost or reordered; the readiness
    /// check tells what is stuck.</summary>
    Blocks,

    /// <summary>It is written to the dead-letter topic with what went wrong in its headers (see <see cref="FailureHeaders"/>), and
    /// reading goes on.</summary>
    GoesToDeadLetters,

    /// <summary>It is logged and passed over.</summary>
    IsSkipped,
}
